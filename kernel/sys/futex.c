/* futex(2): which operation, with what deadline. Thin over sched/futex.c; task context. */
#include "sched/futex.h"
#include "arch/arch.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/task.h"
#include "sys/timespec.h"

enum futex_op {
	FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAIT_BITSET = 9, FUTEX_WAKE_BITSET = 10,
	FUTEX_PRIVATE_FLAG = 128, FUTEX_CLOCK_REALTIME = 256,
};

/* An interrupted wait goes on to the same deadline after a stop. restart.a … d: word, value, bitset and private, deadline. */
static long restart_wait(struct restart_block *r)
{
	long result = futex_wait(UADDR(r->a), (u32)r->b, (u32)r->c, r->c >> 32, r->d);

	return result == -ERESTARTSYS ? -ERESTART_RESTARTBLOCK : result;
}

static long wait(uaddr word, u32 value, u32 bitset, bool private, u64 deadline)
{
	long r = futex_wait(word, value, bitset, private, deadline);

	if (r != -ERESTARTSYS || deadline == TIME_NEVER)
		return r;
	current->restart = (struct restart_block){ restart_wait, word.v, value, (u64)private << 32 | bitset, deadline };
	return -ERESTART_RESTARTBLOCK;
}

/* FUTEX_WAIT's timeout is an interval, FUTEX_WAIT_BITSET's a time of the clock that was asked for. */
static int read_deadline(int op, bool realtime, unsigned long timeout, u64 *deadline)
{
	struct linux_timespec t;
	u64 ns, base = clock_now(), now = realtime ? clock_realtime() : base;

	*deadline = TIME_NEVER;
	if (timeout == 0)
		return 0;
	if (get_user_object(&t, UADDR(timeout)) < 0)
		return -EFAULT;
	if (timespec_to_ns(&t, &ns) < 0)
		return -EINVAL;
	if (op == FUTEX_WAIT_BITSET)
		ns = ns > now ? ns - now : 0;
	*deadline = deadline_after(base, ns);
	return 0;
}

long sys_futex(uaddr word, int op, unsigned int val, unsigned long timeout, uaddr word2, unsigned int val3)
{
	int command = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME), r;
	bool private = op & FUTEX_PRIVATE_FLAG, realtime = op & FUTEX_CLOCK_REALTIME;
	u64 deadline;

	if (realtime && command != FUTEX_WAIT_BITSET)
		return -ENOSYS;
	switch (command) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		r = read_deadline(command, realtime, timeout, &deadline);
		if (r < 0)
			return r;
		return wait(word, val, command == FUTEX_WAIT ? FUTEX_BITSET_ANY : val3, private, deadline);
	case FUTEX_WAKE:
		return futex_wake(word, (int)val, FUTEX_BITSET_ANY, private);
	case FUTEX_WAKE_BITSET:
		return futex_wake(word, (int)val, val3, private);
	case FUTEX_REQUEUE:
		return futex_requeue(word, word2, (int)val, (int)timeout, NULL, private);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(word, word2, (int)val, (int)timeout, &val3, private);
	default:
		return -ENOSYS;
	}
}
