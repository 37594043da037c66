/* futex(2), futex_waitv(2) and robust lists: which operation, with what deadline. Thin over sched/futex*.c; task context. */
#include "sched/futex.h"
#include "arch/arch.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/pid.h"
#include "sched/task.h"
#include "sys/timespec.h"

enum futex_op {
	FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_LOCK_PI = 6,
	FUTEX_UNLOCK_PI = 7, FUTEX_TRYLOCK_PI = 8, FUTEX_WAIT_BITSET = 9, FUTEX_WAKE_BITSET = 10, FUTEX_WAIT_REQUEUE_PI = 11,
	FUTEX_CMP_REQUEUE_PI = 12, FUTEX_LOCK_PI2 = 13,
	FUTEX_PRIVATE_FLAG = 128, FUTEX_CLOCK_REALTIME = 256,
};

static const struct futex_deadline never = { TIME_NEVER, false };

/* An interrupted wait goes on to the same deadline after a stop. restart.a … d: word, value, bitset with the flags above it, deadline. */
#define RESTART_PRIVATE	 (1ull << 32)
#define RESTART_CALENDAR (1ull << 33)

static long restart_wait(struct restart_block *r)
{
	struct futex_deadline deadline = { r->d, r->c & RESTART_CALENDAR };
	long result = futex_wait(UADDR(r->a), (u32)r->b, (u32)r->c, r->c & RESTART_PRIVATE, deadline);

	return result == -ERESTARTSYS ? -ERESTART_RESTARTBLOCK : result;
}

static long wait(uaddr word, u32 value, u32 bitset, bool private, struct futex_deadline deadline)
{
	u64 flags = (private ? RESTART_PRIVATE : 0) | (deadline.calendar ? RESTART_CALENDAR : 0);
	long r = futex_wait(word, value, bitset, private, deadline);

	if (r != -ERESTARTSYS || deadline.at == TIME_NEVER)
		return r;
	current->restart = (struct restart_block){ restart_wait, word.v, value, flags | bitset, deadline.at };
	return -ERESTART_RESTARTBLOCK;
}

static int to_deadline(const struct linux_timespec *t, bool absolute, bool realtime, struct futex_deadline *deadline)
{
	u64 ns;

	if (timespec_to_ns(t, &ns) < 0)
		return -EINVAL;
	ns = MIN(ns, TIME_NEVER - 1);
	*deadline = (struct futex_deadline){ absolute ? ns : deadline_after(clock_now(), ns), absolute && realtime };
	return 0;
}

/* FUTEX_WAIT's timeout is an interval; the others' a time of the clock that was asked for, of FUTEX_LOCK_PI the calendar's. */
static int read_deadline(int op, bool realtime, unsigned long timeout, struct futex_deadline *deadline)
{
	struct linux_timespec t;

	*deadline = never;
	if (timeout == 0)
		return 0;
	if (get_user_object(&t, UADDR(timeout)) < 0)
		return -EFAULT;
	return to_deadline(&t, op != FUTEX_WAIT, realtime || op == FUTEX_LOCK_PI, deadline);
}

static bool is_wait(int command)
{
	return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2 ||
	       command == FUTEX_WAIT_REQUEUE_PI;
}

static bool takes_realtime(int command)
{
	return command == FUTEX_WAIT_BITSET || command == FUTEX_WAIT_REQUEUE_PI || command == FUTEX_LOCK_PI2;
}

long sys_futex(uaddr word, int op, unsigned int val, unsigned long timeout, uaddr word2, unsigned int val3)
{
	int command = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME), val2 = (int)timeout, r;
	bool private = op & FUTEX_PRIVATE_FLAG, realtime = op & FUTEX_CLOCK_REALTIME;
	struct futex_deadline deadline = never;

	if (is_wait(command)) {
		r = read_deadline(command, realtime, timeout, &deadline);
		if (r < 0)
			return r;
	}
	if (realtime && !takes_realtime(command))
		return -ENOSYS;
	switch (command) {
	case FUTEX_WAIT:
		return wait(word, val, FUTEX_BITSET_ANY, private, deadline);
	case FUTEX_WAIT_BITSET:
		return wait(word, val, val3, private, deadline);
	case FUTEX_WAKE:
		return futex_wake(word, (int)val, FUTEX_BITSET_ANY, private);
	case FUTEX_WAKE_BITSET:
		return futex_wake(word, (int)val, val3, private);
	case FUTEX_REQUEUE:
		return futex_requeue(word, word2, (int)val, val2, NULL, private);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(word, word2, (int)val, val2, &val3, private);
	case FUTEX_WAKE_OP:
		return futex_wake_op(word, word2, (int)val, val2, val3, private);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return futex_lock_pi(word, private, false, deadline);
	case FUTEX_TRYLOCK_PI:
		return futex_lock_pi(word, private, true, never);
	case FUTEX_UNLOCK_PI:
		return futex_unlock_pi(word, private);
	case FUTEX_WAIT_REQUEUE_PI:
		return futex_wait_requeue_pi(word, val, word2, private, deadline);
	case FUTEX_CMP_REQUEUE_PI:
		return futex_requeue_pi(word, word2, (int)val, val2, val3, private);
	default:
		return -ENOSYS;
	}
}

/* ---- futex_waitv(2) ---- */

/* struct futex_waitv of linux/futex.h */
struct linux_futex_waitv {
	u64 value, address;
	u32 flags, reserved;
};
#define FUTEXV_MAX 128
#define FUTEX_32   2u

static int read_vector(struct futex_vector *v, uaddr waiters, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct linux_futex_waitv one;

		if (get_user_object(&one, UADDR(waiters.v + i * sizeof(one))) < 0)
			return -EFAULT;
		if ((one.flags & ~(FUTEX_32 | FUTEX_PRIVATE_FLAG)) || one.reserved != 0 || !(one.flags & FUTEX_32))
			return -EINVAL;
		v[i] = (struct futex_vector){ UADDR(one.address), (u32)one.value, one.flags & FUTEX_PRIVATE_FLAG };
	}
	return 0;
}

long sys_futex_waitv(uaddr waiters, unsigned int count, unsigned int flags, uaddr timeout, int clock)
{
	struct futex_deadline deadline = never;
	struct linux_timespec t;
	struct futex_vector *v;
	int r = 0;

	if (flags != 0 || count == 0 || count > FUTEXV_MAX || waiters.v == 0)
		return -EINVAL;
	if (timeout.v != 0) {
		if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
			return -EINVAL;
		if (get_user_object(&t, timeout) < 0)
			return -EFAULT;
		r = to_deadline(&t, true, clock == CLOCK_REALTIME, &deadline);
		if (r < 0)
			return r;
	}
	v = kmalloc(count * sizeof(*v));
	if (!v)
		return -ENOMEM;
	r = read_vector(v, waiters, count);
	if (r == 0)
		r = futex_wait_vector(v, count, deadline);
	kfree(v);
	return r;
}

/* ---- Robust lists: get_robust_list(2) ---- */

#define ROBUST_HEAD_SIZE (3 * sizeof(u64))

long sys_set_robust_list(uaddr head, size_t size)
{
	if (size != ROBUST_HEAD_SIZE)
		return -EINVAL;
	current->robust_list = head.v;
	return 0;
}

/* Addresses of another's memory are for those who may look into it. */
static int find_list(int tid, u64 *list)
{
	const struct cred *me = current->cred;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = tid == 0 ? current : pid_task(tid);
	int r = t ? 0 : -ESRCH;

	if (r == 0 && t->process != current->process && !cred_capable(me, CAP_SYS_PTRACE) &&
	    (me->uid != t->cred->uid || me->uid != t->cred->euid || me->uid != t->cred->suid || !t->process->dumpable))
		r = -EPERM;
	if (r == 0)
		*list = t->robust_list;
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long sys_get_robust_list(int tid, uaddr head, uaddr size)
{
	const u64 length = ROBUST_HEAD_SIZE;
	u64 list;
	int r = find_list(tid, &list);

	if (r < 0)
		return r;
	return put_user_object(size, &length) < 0 || put_user_object(head, &list) < 0 ? -EFAULT : 0;
}
