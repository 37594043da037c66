/* set_tid_address(2): gives the thread's id; at exit the word is cleared where memory is shared. */
#include "test.h"

static void test(void)
{
	static int word = 77;

	CHECK_EQ(RAW(SYS_set_tid_address, &word), RAW(SYS_gettid));
	int *shared = (int *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	*shared = 55;
	pid_t pid = test_fork();
	if (pid == 0) {
		RAW(SYS_set_tid_address, shared);
		_exit(0);
	}
	CHECK_CHILD(pid);
	/* Only for memory with more than one user, which a mapping in another address space is not. */
	CHECK_EQ(*shared, 55);
	pid = test_fork();
	if (pid == 0) {
		RAW(SYS_set_tid_address, 0xffff800000000000);
		_exit(3);
	}
	CHECK_EXITS(pid, 3);
}
