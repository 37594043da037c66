/* rt_tgsigqueueinfo(2): a value for one thread, and who may claim what. */
#include "test.h"
#include <pthread.h>

static volatile int got_value, got_code, got_tid;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	got_value = info->si_value.sival_int;
	got_code = info->si_code;
	got_tid = (int)syscall(SYS_gettid);
}

static volatile int thread_tid, done;

static void *thread(void *arg)
{
	(void)arg;
	thread_tid = (int)syscall(SYS_gettid);
	while (!done)
		sched_yield();
	return NULL;
}

static long queue(int tgid, int tid, int sig, siginfo_t *info)
{
	return RAW(SYS_rt_tgsigqueueinfo, tgid, tid, sig, info);
}

static void test(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	siginfo_t info = { .si_code = SI_QUEUE };
	pthread_t t;

	sigaction(SIGRTMIN, &sa, NULL);
	CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
	while (!thread_tid)
		sched_yield();
	info.si_value.sival_int = 42;
	CHECK_EQ(queue(getpid(), thread_tid, SIGRTMIN, &info), 0);
	while (!got_tid)
		sched_yield();
	CHECK_EQ(got_value, 42);
	CHECK_EQ(got_code, SI_QUEUE);
	CHECK_EQ(got_tid, thread_tid);
	info.si_code = SI_USER;
	got_tid = 0;
	CHECK_EQ(queue(getpid(), getpid(), SIGRTMIN, &info), 0);
	CHECK_EQ(got_tid, getpid());
	CHECK_EQ(queue(getppid(), getppid(), SIGRTMIN, &info), -EPERM);
	info.si_code = SI_TKILL;
	CHECK_EQ(queue(getppid(), getppid(), SIGRTMIN, &info), -EPERM);
	info.si_code = SI_QUEUE;
	CHECK_EQ(queue(getppid(), thread_tid, 0, &info), -ESRCH);
	CHECK_EQ(queue(getpid(), 4194304, 0, &info), -ESRCH);
	CHECK_EQ(queue(0, thread_tid, SIGRTMIN, &info), -EINVAL);
	CHECK_EQ(queue(getpid(), -1, SIGRTMIN, &info), -EINVAL);
	CHECK_EQ(queue(getpid(), getpid(), 65, &info), -EINVAL);
	CHECK_EQ(queue(getpid(), getpid(), SIGRTMIN, test_unmapped()), -EFAULT);
	done = 1;
	pthread_join(t, NULL);
}
