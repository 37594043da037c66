/* Sets of signals. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "thread_impl.h"

static int bad(int sig)
{
	if (sig > 0 && sig < NSIG && sig != SIGCANCEL && sig != SIGSETXID)
		return 0;
	errno = EINVAL;
	return -1;
}

int sigemptyset(sigset_t *set)
{
	memset(set, 0, sizeof(*set));
	return 0;
}

int sigfillset(sigset_t *set)
{
	memset(set, 0xff, sizeof(*set));
	set->__bits[0] &= ~INTERNAL_SIGNALS;
	return 0;
}

int sigaddset(sigset_t *set, int sig)
{
	if (bad(sig))
		return -1;
	set->__bits[0] |= 1ul << (sig - 1);
	return 0;
}

int sigdelset(sigset_t *set, int sig)
{
	if (bad(sig))
		return -1;
	set->__bits[0] &= ~(1ul << (sig - 1));
	return 0;
}

int sigismember(const sigset_t *set, int sig)
{
	return bad(sig) ? -1 : (int)(set->__bits[0] >> (sig - 1) & 1);
}
