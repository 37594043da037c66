/* The initial stack: argc, argv, envp, the auxiliary vector and what it points to. */
#define TEST_HELPER
#include "test.h"
#include <elf.h>
#include <sys/auxv.h>

extern const char __ehdr_start[];
extern void _start(void);

static int test_helper(int argc, char **argv)
{
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)__ehdr_start;

	CHECK_EQ(argc, 2);
	CHECK_EQ(((long *)argv)[-1], argc);
	CHECK_EQ((unsigned long)&((long *)argv)[-1] % 16, 0);
	CHECK_EQ(getauxval(AT_PAGESZ), 4096);
	CHECK_EQ(getauxval(AT_PHENT), sizeof(Elf64_Phdr));
	CHECK_EQ(getauxval(AT_PHNUM), ehdr->e_phnum);
	CHECK_EQ(getauxval(AT_PHDR), (unsigned long)__ehdr_start + ehdr->e_phoff);
	CHECK_EQ(getauxval(AT_ENTRY), (unsigned long)_start);
	CHECK_EQ(getauxval(AT_BASE), 0);
	CHECK_EQ(getauxval(AT_UID), getuid());
	CHECK_EQ(getauxval(AT_EUID), geteuid());
	CHECK_EQ(getauxval(AT_GID), getgid());
	CHECK_EQ(getauxval(AT_EGID), getegid());
	CHECK_EQ(getauxval(AT_SECURE), 0);
	CHECK_EQ(getauxval(AT_CLKTCK), 100);
	CHECK(getauxval(AT_EXECFN) && !strcmp((char *)getauxval(AT_EXECFN), "/proc/self/exe"));
	CHECK(getauxval(AT_RANDOM) != 0);
	CHECK(getauxval(AT_PLATFORM) && !strcmp((char *)getauxval(AT_PLATFORM), "x86_64"));
	CHECK_EQ(write(3, (void *)getauxval(AT_RANDOM), 16), 16);
	test_exit();
}

static void test(void)
{
	char random[2][16];
	int p[2];

	CHECK_OK(pipe(p));
	for (int i = 0; i < 2; i++) {
		pid_t pid = test_fork();
		if (pid == 0) {
			if (p[1] != 3)
				CHECK_OK(dup2(p[1], 3));
			EXEC_SELF("helper");
			_exit(1);
		}
		CHECK_CHILD(pid);
		CHECK_EQ(read(p[0], random[i], 16), 16);
	}
	CHECK(memcmp(random[0], random[1], 16) != 0);
}
