/* Damaged copies of a good program: each is refused, killed or exits, and the system goes on. Seeded, so repeatable. */
#include "execve/elf.h"

#define ROUNDS 60

static unsigned int seed = 20240601;

static unsigned int next(void)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 8;
}

static void test(void)
{
	static struct elf_image image;
	struct rlimit limit = { 256 << 20, 256 << 20 };

	test_scratch();
	CHECK_OK(setrlimit(RLIMIT_AS, &limit));
	limit = (struct rlimit){ 15, 15 };
	CHECK_OK(setrlimit(RLIMIT_CPU, &limit));
	for (int round = 0; round < ROUNDS; round++) {
		elf_build(&image);
		image.ehdr.e_phnum = 2;
		image.phdr[1] = image.phdr[0];
		for (unsigned int n = 1 + next() % 3; n > 0; n--)
			((unsigned char *)&image)[next() % (64 + 2 * 56)] = (unsigned char)next();
		int result = elf_run(&image);
		CHECK(result == 42 || result >= ELF_ERROR || result == 0);
	}
	elf_build(&image);
	CHECK_EQ(elf_run(&image), 42);
}
