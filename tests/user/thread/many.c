/*
 * As many threads as the system bears, up to 30,000: all of them run, or the call says EAGAIN (ENOMEM); the system makes processes
 * afterwards. A stack that overflows into its guard page is that process's SIGSEGV, whichever thread it is.
 */
#include "test.h"
#include <pthread.h>

#define WANTED 30000
#define STACK  1024

static uint32_t gate;
static int alive;

static int body(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&alive, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&gate, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &gate, 128, 0, NULL);
	__atomic_sub_fetch(&alive, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void many(void)
{
	const unsigned long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	char *stacks = mmap(NULL, (size_t)WANTED * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int made = 0;

	CHECK(stacks != MAP_FAILED);
	while (made < WANTED) {
		if (clone(body, stacks + (size_t)(made + 1) * STACK, (int)flags, NULL) < 0) {
			CHECK(errno == EAGAIN || errno == ENOMEM);
			break;
		}
		made++;
	}
	CHECK(made >= 100);
	while (__atomic_load_n(&alive, __ATOMIC_SEQ_CST) != made)
		sched_yield();
	gate = 1;
	syscall(SYS_futex, &gate, 129, INT_MAX);
	while (__atomic_load_n(&alive, __ATOMIC_SEQ_CST) != 0)
		sched_yield();
}

static volatile bool endless = true;

static __attribute__((noinline)) int deep(volatile char *above)
{
	volatile char here[256];

	here[0] = *above;
	return (endless ? deep(here) : 0) + here[0];
}

static void *overflow(void *arg)
{
	volatile char c = 0;

	(void)arg;
	return (void *)(long)deep(&c);
}

static void test(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		many();
		test_exit();
	}
	CHECK_CHILD(pid);
	for (int i = 0; i < 20; i++) {
		pid = test_fork();
		if (pid == 0)
			_exit(i);
		CHECK_EXITS(pid, i);
	}
	pid = test_fork();
	if (pid == 0) {
		pthread_t t;

		pthread_create(&t, NULL, overflow, NULL);
		for (;;)
			pause();
	}
	CHECK_DIES(pid, SIGSEGV);
}
