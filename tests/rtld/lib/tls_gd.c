/* For tls.c: general dynamic model, with an image, zeroes and an alignment. */
#include <stdint.h>

_Thread_local int gd_value = 21;
_Thread_local char gd_zeroes[5000];
_Thread_local __attribute__((aligned(256))) int gd_aligned = 5;

int gd_check(void);
int *gd_address(void);

int gd_check(void)
{
	for (unsigned i = 0; i < sizeof(gd_zeroes); i++) {
		if (gd_zeroes[i])
			return -1;
	}
	return (uintptr_t)&gd_aligned % 256 ? -2 : gd_value + gd_aligned++;
}

int *gd_address(void)
{
	return &gd_value;
}
