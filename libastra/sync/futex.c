/* The one place that sleeps in futex for the functions of threads. */
#include <errno.h>

#include "cancel.h"
#include "futex.h"

int __futex_wait(int *word, int expected, const struct futex_wait *how)
{
	int operation = FUTEX_WAIT_BITSET | (how->shared ? 0 : FUTEX_PRIVATE_FLAG);
	long result;

	if (how->deadline) {
		if (!deadline_valid(how->clock, how->deadline))
			return EINVAL;
		if (how->deadline->tv_sec < 0)		/* long past, but no time for the kernel */
			return ETIMEDOUT;
		if (how->clock == CLOCK_REALTIME)
			operation |= FUTEX_CLOCK_REALTIME;
	}
	if (how->cancel)
		result = sys_cancel(futex, word, operation, expected, how->deadline, 0, FUTEX_MATCH_ANY);
	else
		result = sys(futex, word, operation, expected, how->deadline, 0, FUTEX_MATCH_ANY);
	return (int)-result;
}
