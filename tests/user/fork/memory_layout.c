/* A child has the same mappings with the same rights as its parent, read-only, inaccessible and shared ones too. */
#include "test.h"

static void test(void)
{
	char *ro = test_map(PAGE, PROT_READ | PROT_WRITE), *none = test_unmapped();
	char *shared = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	void *brk = (void *)RAW(SYS_brk, 0);

	ro[0] = 4;
	CHECK_OK(mprotect(ro, PAGE, PROT_READ));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(ro[0], 4);
		CHECK_EQ(test_fault(test_touch_write, ro), SIGSEGV);
		CHECK_EQ(test_fault(test_touch_read, none), SIGSEGV);
		CHECK_EQ(RAW(SYS_brk, 0), brk);
		CHECK_OK(mprotect(ro, PAGE, PROT_READ | PROT_WRITE));
		ro[0] = 5;
		shared[0] = 6;
		CHECK_EQ(RAW(SYS_brk, (char *)brk + PAGE), (char *)brk + PAGE);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(ro[0], 4);
	CHECK_EQ(shared[0], 6);
	CHECK_EQ(RAW(SYS_brk, 0), brk);
	CHECK_EQ(test_fault(test_touch_write, ro), SIGSEGV);
}
