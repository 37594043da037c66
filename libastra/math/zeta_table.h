/* (-1)^k (ζ(k) - 1) / k for k = 2 … 33: the coefficients of ln Γ(2 + z). */
#ifndef ZETA_TABLE_H
#define ZETA_TABLE_H

static const long double zeta_table[] = {
	0xa51a6625307d3231p-65L,
	-0x89f000d2abb03409p-67L,
	0xa8991563ec241b60p-69L,
	-0xf2027e10c7af8c37p-71L,
	0xbd6eb756db617ea5p-72L,
	-0x9c562e15fc703e76p-73L,
	0x859b57c31cb745f3p-74L,
	-0xe9fea63b697e3e38p-76L,
	0xd093d878beb2d19dp-77L,
	-0xbc6f2debe40f7797p-78L,
	0xac06e77337581126p-79L,
	-0x9e5e4b1e7112142bp-80L,
	0x92cbd1cf9a555c81p-81L,
	-0x88d975bb3caa08e4p-82L,
	0x803266f5917879d0p-83L,
	-0xf13006c9e7e975dap-85L,
	0xe3b5dd9f83d26bb3p-86L,
	-0xd7ad365dfc54bb2cp-87L,
	0xccdc9e1038587a06p-88L,
	-0xc31639a6f9f56366p-89L,
	0xba34ed667d6e6593p-90L,
	-0xb21a54223d75681bp-91L,
	0xaaad43bffe9614f1p-92L,
	-0xa3d8b3c92c68720ap-93L,
	0x9d8ae9597e085e28p-94L,
	-0x97b4d4fd5f1efcbdp-95L,
	0x92499519ba1a620cp-96L,
	-0x8d3e13761291e29fp-97L,
	0x8888b7349f6cbc72p-98L,
	-0x8421265e2a1ec141p-99L,
	0x80001371fb227a6bp-100L,
	-0xf83e28a7e4f8505dp-102L,
};

#endif
