/* A futex in shared memory works between processes: each wake wakes one; also at another address of the same page. */
#include "test.h"

static void test(void)
{
	int *word = (int *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	pid_t pids[3];

	for (int i = 0; i < 3; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0)
				RAW(SYS_futex, word, 0, 0, 0);
			__atomic_add_fetch(word + 1, 1, __ATOMIC_SEQ_CST);
			test_exit();
		}
	}
	test_sleep(20);
	__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
	long woken = RAW(SYS_futex, word, 1, 1);
	CHECK(woken == 0 || woken == 1);
	CHECK(RAW(SYS_futex, word, 1, INT_MAX) >= 0);
	for (int i = 0; i < 3; i++)
		CHECK_CHILD(pids[i]);
	CHECK_EQ(word[1], 3);
}
