/*
 * FUTEX_WAKE_OP and futex_waitv(2): one operation on more than one word. Task context, no locks held: user memory is
 * touched.
 *
 * WAKE_OP swaps its new value into the second word first and looks at the queues after that. Whoever sleeps there because
 * of the old value was queued before (futex.c, A), so it is found.
 */
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/futex.h"
#include "sched/futex_internal.h"
#include "sched/task.h"

/* ---- FUTEX_WAKE_OP: futex(2) has the encoding ---- */

enum wake_op { OP_SET, OP_ADD, OP_OR, OP_ANDN, OP_XOR, OP_COUNT, OP_SHIFT_ARGUMENT = 8 };
enum wake_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_COUNT };

struct wake_code {
	unsigned op, cmp;
	i32 op_argument, cmp_argument;
};

static i32 sign_extend_12(u32 v)
{
	return (i32)(v << 20) >> 20;
}

static int decode(u32 code, struct wake_code *c)
{
	c->op = code >> 28 & 7;
	c->cmp = code >> 24 & 15;
	c->op_argument = sign_extend_12(code >> 12 & 0xfff);
	c->cmp_argument = sign_extend_12(code & 0xfff);
	if (code >> 28 & OP_SHIFT_ARGUMENT)
		c->op_argument = (i32)(1u << (c->op_argument & 31));
	return c->op < OP_COUNT && c->cmp < CMP_COUNT ? 0 : -ENOSYS;
}

static u32 apply(const struct wake_code *c, u32 old)
{
	u32 argument = (u32)c->op_argument;

	switch (c->op) {
	case OP_SET:
		return argument;
	case OP_ADD:
		return old + argument;
	case OP_OR:
		return old | argument;
	case OP_ANDN:
		return old & ~argument;
	default:
		return old ^ argument;
	}
}

static bool compare(const struct wake_code *c, i32 old)
{
	switch (c->cmp) {
	case CMP_EQ:
		return old == c->cmp_argument;
	case CMP_NE:
		return old != c->cmp_argument;
	case CMP_LT:
		return old < c->cmp_argument;
	case CMP_LE:
		return old <= c->cmp_argument;
	case CMP_GT:
		return old > c->cmp_argument;
	default:
		return old >= c->cmp_argument;
	}
}

static int change_word(uaddr word, const struct wake_code *c, u32 *old)
{
	u32 seen;

	if (user_load_u32(word, old) < 0)
		return -EFAULT;
	for (;; *old = seen) {
		seen = *old;
		if (user_cas_u32(word, &seen, apply(c, *old)) < 0)
			return -EFAULT;
		if (seen == *old)
			return 0;
	}
}

int futex_wake_op(uaddr word, uaddr word2, int count, int count2, u32 code, bool private)
{
	struct futex_key key, key2;
	struct wake_code c;
	u32 old;
	int r = futex_key_of(word, private, &key);

	if (r < 0)
		return r;
	r = futex_key_of(word2, private, &key2);
	if (r < 0)
		goto out;
	r = decode(code, &c);
	if (r == 0)
		r = change_word(word2, &c, &old);
	if (r == 0)
		r = futex_wake_key(&key, count, FUTEX_BITSET_ANY);
	if (r >= 0 && compare(&c, (i32)old)) {
		int more = futex_wake_key(&key2, count2, FUTEX_BITSET_ANY);

		r = more < 0 ? more : r + more;
	}
	futex_key_put(&key2);
out:
	futex_key_put(&key);
	return r;
}

/* ---- futex_waitv ---- */

/* Leave all queues: the index of the last word that a waker was at, or -1. */
static int unqueue_all(struct futex_waiter *waiters, unsigned count)
{
	int woken = -1;

	for (unsigned i = 0; i < count; i++) {
		if (!futex_unqueue(&waiters[i]))
			woken = (int)i;
		futex_key_put(&waiters[i].key);
	}
	return woken;
}

/* How many could be queued goes to *queued: all of them unless the result is an error. */
static int queue_all(struct futex_waiter *waiters, const struct futex_vector *v, unsigned count, unsigned *queued)
{
	for (*queued = 0; *queued < count; (*queued)++) {
		const struct futex_vector *one = &v[*queued];
		struct futex_waiter *w = &waiters[*queued];
		u32 now;
		int r = futex_key_of(one->word, one->private, &w->key);

		if (r < 0)
			return r;
		w->task = current;
		w->bitset = FUTEX_BITSET_ANY;
		futex_queue(w);
		r = user_load_u32(one->word, &now);
		if (r == 0 && now != one->value)
			r = -EAGAIN;
		if (r < 0) {
			(*queued)++;
			return r;
		}
	}
	return 0;
}

static bool any_woken(const struct futex_waiter *waiters, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (__atomic_load_n(&waiters[i].woken, __ATOMIC_ACQUIRE))
			return true;
	return false;
}

static int sleep_for_any(const struct futex_waiter *waiters, unsigned count, struct futex_deadline deadline)
{
	int r = 0;

	futex_follow(&deadline, true);
	while (r == 0) {
		wait_again(true);
		if (any_woken(waiters, count))
			break;
		r = futex_doze(&deadline);
	}
	current->state = TASK_RUNNING;
	futex_follow(&deadline, false);
	return r;
}

int futex_wait_vector(const struct futex_vector *v, unsigned count, struct futex_deadline deadline)
{
	struct futex_waiter *waiters = kzalloc(count * sizeof(*waiters));
	unsigned queued;
	int r, woken;

	if (!waiters)
		return -ENOMEM;
	r = queue_all(waiters, v, count, &queued);
	if (r == 0)
		r = sleep_for_any(waiters, count, deadline);
	woken = unqueue_all(waiters, queued);
	kfree(waiters);
	return woken >= 0 ? woken : r;
}
