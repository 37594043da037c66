/* Malformed ELF headers: ENOEXEC for what is not an x86-64 executable, at every truncation. */
#include "execve/elf.h"

#define REFUSED (ELF_ERROR + ENOEXEC)

static struct elf_image image;

static void test(void)
{
	static const size_t lengths[] = { 1, 3, 4, 16, 32, 63 };

	test_scratch();
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		elf_build(&image);
		CHECK_EQ(elf_run_sized(&image, "./cut", lengths[i]), REFUSED);
	}
	/* The header alone, whose program headers lie outside: a short read. */
	CHECK(elf_run_sized(&image, "./cut", 64) >= ELF_ERROR);
	CHECK(elf_run_sized(&image, "./cut", 64 + 55) >= ELF_ERROR);

	elf_build(&image);
	image.ehdr.e_ident[EI_MAG1] = 'F';
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_machine = EM_AARCH64;
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_type = ET_REL;
	CHECK_EQ(elf_run(&image), REFUSED);
	image.ehdr.e_type = ET_CORE;
	CHECK_EQ(elf_run(&image), REFUSED);
	image.ehdr.e_type = ET_NONE;
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_phentsize = 32;
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_phnum = 0;
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_phnum = 0xffff;
	CHECK_EQ(elf_run(&image), REFUSED);
	elf_build(&image);
	image.ehdr.e_phoff = 1UL << 40;
	CHECK(elf_run(&image) >= ELF_ERROR);
	image.ehdr.e_phoff = ~0UL - 3;
	CHECK(elf_run(&image) >= ELF_ERROR);
}
