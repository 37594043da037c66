/* clone3(2): a process, a thread on its own stack, CLONE_PIDFD, CLONE_CLEAR_SIGHAND, set_tid; what it refuses. */
#include "test.h"

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#define CLEAR_SIGHAND 0x100000000ull
#define INTO_CGROUP   0x200000000ull

struct args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
	uint64_t beyond[4];
};

static long clone3(struct args *a, size_t size)
{
	return RAW(SYS_clone3, a, size);
}

/* Arguments that would make a child must not. */
static long refused(struct args a, size_t size)
{
	long r = clone3(&a, size);

	if (r == 0)
		_exit(0);
	if (r > 0)
		waitpid((pid_t)r, NULL, __WALL);
	return r;
}

static void test_errors(void)
{
	static char stack[4096];

	CHECK_EQ(refused((struct args){ 0 }, 56), -EINVAL);
	CHECK_EQ(refused((struct args){ 0 }, 5000), -E2BIG);
	CHECK_EQ(refused((struct args){ .beyond = { 1 } }, 96), -E2BIG);
	CHECK_EQ(clone3(test_unmapped(), 88), -EFAULT);
	CHECK_EQ(refused((struct args){ .exit_signal = 65 }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .exit_signal = 256 + SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = 1ull << 40 }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = 0x00400000 }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = CLONE_THREAD | CLONE_VM }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = CLONE_PARENT, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = CLONE_VM | CLONE_SIGHAND | CLEAR_SIGHAND, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .stack = (uint64_t)stack, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .stack_size = 4096, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .stack = 1ull << 63, .stack_size = 4096, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .set_tid = (uint64_t)stack, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .set_tid_size = 1, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = INTO_CGROUP, .cgroup = 1ull << 32, .exit_signal = SIGCHLD }, 88), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = INTO_CGROUP, .exit_signal = SIGCHLD }, 80), -EINVAL);
	CHECK_EQ(refused((struct args){ .flags = INTO_CGROUP, .cgroup = 999, .exit_signal = SIGCHLD }, 88), -EBADF);
	CHECK_EQ(refused((struct args){ .flags = CLONE_PIDFD, .pidfd = (uint64_t)test_unmapped(), .exit_signal = SIGCHLD }, 88),
		 -EFAULT);
	CHECK_ERRNO(wait(NULL), ECHILD);
}

static void on_signal(int sig)
{
	(void)sig;
	_exit(9);
}

static void test_process(void)
{
	struct args a = { .exit_signal = SIGCHLD };
	int status;

	for (size_t size = 64; size <= sizeof(a); size += 8) {
		pid_t pid = (pid_t)CHECK_OK(clone3(&a, size));
		if (pid == 0)
			_exit(7);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(status, 7 << 8);
	}
}

static void test_clear_sighand(void)
{
	struct args a = { .flags = CLEAR_SIGHAND, .exit_signal = SIGCHLD };
	struct sigaction now;

	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, SIG_IGN);
	pid_t pid = (pid_t)CHECK_OK(clone3(&a, 88));
	if (pid == 0) {
		sigaction(SIGUSR1, NULL, &now);
		CHECK(now.sa_handler == SIG_DFL);
		sigaction(SIGUSR2, NULL, &now);
		CHECK(now.sa_handler == SIG_IGN);
		test_exit();
	}
	CHECK_CHILD(pid);
	sigaction(SIGUSR1, NULL, &now);
	CHECK(now.sa_handler == on_signal);
}

static void test_pidfd(void)
{
	int fd = -1;
	struct args a = { .flags = CLONE_PIDFD, .pidfd = (uint64_t)&fd, .exit_signal = SIGCHLD };
	pid_t pid = (pid_t)CHECK_OK(clone3(&a, 88));

	if (pid == 0) {
		CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
		pause();
		test_exit();
	}
	CHECK(fd > 2);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(RAW(SYS_pidfd_send_signal, fd, SIGKILL, 0, 0), 0);
	CHECK_DIES(pid, SIGKILL);
	close(fd);
	/* clone: the descriptor comes where the parent's tid would. */
	pid = (pid_t)CHECK_OK(RAW(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &fd, 0, 0));
	if (pid == 0)
		_exit(3);
	CHECK(fd > 2);
	CHECK_EXITS(pid, 3);
	close(fd);
	CHECK_EQ(RAW(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &fd, 0, 0), -EINVAL);
}

static void test_set_tid(void)
{
	pid_t want = 0, got = test_fork();

	if (got == 0)
		_exit(0);
	CHECK_EXITS(got, 0);
	want = got;				/* just freed */
	struct args a = { .set_tid = (uint64_t)&want, .set_tid_size = 1, .exit_signal = SIGCHLD };
	if (geteuid() != 0)
		return;
	pid_t pid = (pid_t)CHECK_OK(clone3(&a, 88));
	if (pid == 0)
		_exit(getpid() == want ? 0 : 1);
	CHECK_EQ(pid, want);
	CHECK_EXITS(pid, 0);
	want = getpid();
	CHECK_EQ(refused(a, 88), -EEXIST);
	want = -1;
	CHECK_EQ(refused(a, 88), -EINVAL);
	want = 0;
	CHECK_EQ(refused(a, 88), -EINVAL);
}

static char thread_stack[16384] __attribute__((aligned(16)));
static volatile int thread_ran, thread_tid;

static void thread_body(void)
{
	thread_ran = 1;
	syscall(SYS_exit, 0);
}

/* A thread as glibc makes it: the child begins on its own stack, so it may not return through this frame. */
static void test_thread(void)
{
	struct args a = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
		.child_tid = (uint64_t)&thread_tid,
		.parent_tid = (uint64_t)&thread_tid,
		.stack = (uint64_t)thread_stack,
		.stack_size = sizeof(thread_stack),
	};
	long r;

	thread_tid = -1;
	__asm__ volatile("syscall\n"
			 "testq %%rax, %%rax\n"
			 "jnz 1f\n"
			 "xorl %%ebp, %%ebp\n"
			 "call *%[body]\n"
			 "ud2\n"
			 "1:\n"
			 : "=a"(r)
			 : "0"((long)SYS_clone3), "D"(&a), "S"(88l), [body] "r"(thread_body)
			 : "rcx", "r11", "memory");
	CHECK(r > 0);
	while (thread_tid != 0)
		sched_yield();
	CHECK(thread_ran);
}

static void test(void)
{
	test_errors();
	test_process();
	test_clear_sighand();
	test_pidfd();
	test_set_tid();
	test_thread();
}
