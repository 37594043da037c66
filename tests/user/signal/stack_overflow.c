/* A stack overflow is SIGSEGV: on the alternate stack it can be handled, without one it kills. */
#include "test.h"

static sigjmp_buf back;
static siginfo_t seen;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	seen = *info;
	siglongjmp(back, 1);
}

__attribute__((noinline)) static int overflow(volatile char *above)
{
	volatile char frame[4096];

	frame[0] = above[0];
	if (frame[0] == 'z')
		return 0;
	return overflow(frame) + frame[0];
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct rlimit limit = { 256 << 10, RLIM_INFINITY };
	stack_t ss = { .ss_sp = test_map(65536, PROT_READ | PROT_WRITE), .ss_size = 65536 };
	char here = 0;

	CHECK_OK(getrlimit(RLIMIT_STACK, &limit));
	limit.rlim_cur = 256 << 10;
	CHECK_OK(setrlimit(RLIMIT_STACK, &limit));
	CHECK_OK(sigaltstack(&ss, NULL));
	CHECK_OK(sigaction(SIGSEGV, &action, NULL));
	if (sigsetjmp(back, 1) == 0)
		CHECK(overflow(&here) == 12345);
	CHECK_EQ(seen.si_signo, SIGSEGV);
	CHECK((char *)seen.si_addr < &here && (char *)seen.si_addr > &here - (1 << 20));

	pid_t pid = test_fork();
	if (pid == 0) {
		ss.ss_flags = SS_DISABLE;
		sigaltstack(&ss, NULL);
		_exit(overflow(&here));
	}
	CHECK_DIES(pid, SIGSEGV);
}
