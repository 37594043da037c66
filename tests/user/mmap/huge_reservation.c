/* A PROT_NONE reservation of a tebibyte costs nothing; a few pages of it can be opened, the rest given back in pieces. */
#include "test.h"

#define TIB (1UL << 40)

static void test(void)
{
	char *mem = (char *)CHECK_OK(mmap(NULL, TIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));

	CHECK_EQ(test_fault(test_touch_read, mem + TIB / 2), SIGSEGV);
	CHECK_OK(mprotect(mem + TIB / 2, 3 * PAGE, PROT_READ | PROT_WRITE));
	mem[TIB / 2] = 1;
	mem[TIB / 2 + 2 * PAGE] = 3;
	CHECK_OK(mprotect(mem + TIB - PAGE, PAGE, PROT_READ | PROT_WRITE));
	mem[TIB - 1] = 4;
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(mem[TIB - 1], 4);
		mem[TIB / 2 + PAGE] = 2;
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(mem[TIB / 2 + PAGE], 0);
	CHECK_OK(munmap(mem, TIB / 2));
	CHECK_EQ(mem[TIB / 2], 1);
	CHECK_OK(munmap(mem + TIB / 2, TIB / 2));
	CHECK_EQ(test_fault(test_touch_read, mem + TIB - 1), SIGSEGV);

	/* There is nothing to populate where nothing may be touched, and so nothing to do page by page. */
	mem = (char *)CHECK_OK(mmap(NULL, 32 * TIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE, -1, 0));
	CHECK_OK(munmap(mem, 32 * TIB));
}
