/* CLONE_CHILD_CLEARTID: when the child leaves shared memory, the word becomes 0 and its futex is woken. */
#include "test.h"

static volatile int tid_word;

static int child(void *arg)
{
	(void)arg;
	test_sleep(20);
	return 0;
}

static void test(void)
{
	char *stack = test_map(64 << 10, PROT_READ | PROT_WRITE);

	tid_word = 12345;
	pid_t pid = (pid_t)CHECK_OK(clone(child, stack + (64 << 10), CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, NULL,
					  (pid_t *)&tid_word));
	while (tid_word != 0)
		syscall(SYS_futex, &tid_word, 0, 12345, NULL, NULL, 0);
	CHECK_EQ(test_wait(pid), 0);
}
