/* abort and assert: ends the process by SIGABRT, also when that is caught, blocked or ignored. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void abort(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGABRT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGABRT);
	/* A handler came back. Another thread may set one again between the two calls: then once more. */
	for (;;) {
		signal(SIGABRT, SIG_DFL);
		raise(SIGABRT);
	}
}

_Noreturn void __assert_fail(const char *condition, const char *file, unsigned int line, const char *function)
{
	dprintf(2, "%s:%u: %s: assertion failed: %s\n", file, line, function, condition);
	abort();
}
