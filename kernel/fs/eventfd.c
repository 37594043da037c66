/*
 * eventfd: a 64-bit counter that writes add to and reads take from. The counter is one atomic word and there is no lock: a
 * transfer computes the new value and swaps it in, or sees that it would have to wait. A sleeper meets a waker as wait.h says:
 * it is queued before it looks at the counter, and the counter changes before the queue is looked at. Task context.
 */
#include "fs/eventfd.h"

#include "fs/file.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/wait.h"

#define COUNT_MAX (UINT64_MAX - 1)	/* a write that would pass it waits */

struct eventfd {
	u64 count;			/* [a] */
	bool semaphore;			/* [I] */
	struct waitq readers, writers;
};

static bool swap(struct eventfd *e, u64 *old, u64 new)
{
	return __atomic_compare_exchange_n(&e->count, old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* What a read gets; false when there is nothing. */
static bool take(struct eventfd *e, u64 *value)
{
	u64 old = READ_ONCE(e->count);

	while (old != 0) {
		*value = e->semaphore ? 1 : old;
		if (swap(e, &old, old - *value))
			return true;
	}
	return false;
}

static bool add(struct eventfd *e, u64 value)
{
	u64 old = READ_ONCE(e->count);

	while (value <= COUNT_MAX - old)
		if (swap(e, &old, old + value))
			return true;
	return false;
}

static ssize_t eventfd_read(struct file *f, struct uio *u, u64 *pos)
{
	struct eventfd *e = f->data;
	u64 value;

	if (u->left < sizeof(value))
		return -EINVAL;
	while (!take(e, &value)) {
		int error = dont_wait(f, u) ? -EAGAIN : wait_event_interruptible(&e->readers, READ_ONCE(e->count) != 0);

		if (error)
			return error;
	}
	if (waitq_active(&e->writers))
		wait_wake_all(&e->writers, POLLOUT);
	return uio_read_in(u, &value, sizeof(value)) == sizeof(value) ? (ssize_t)sizeof(value) : -EFAULT;
}

static ssize_t eventfd_write(struct file *f, struct uio *u, u64 *pos)
{
	struct eventfd *e = f->data;
	u64 value;

	if (u->left < sizeof(value))
		return -EINVAL;
	if (uio_write_out(u, &value, sizeof(value)) != sizeof(value))
		return -EFAULT;
	if (value > COUNT_MAX)
		return -EINVAL;
	while (!add(e, value)) {
		int error = dont_wait(f, u) ? -EAGAIN :
			wait_event_interruptible(&e->writers, value <= COUNT_MAX - READ_ONCE(e->count));

		if (error)
			return error;
	}
	if (waitq_active(&e->readers))
		wait_wake_all(&e->readers, POLLIN);
	return sizeof(value);
}

static unsigned eventfd_poll(struct file *f, struct poll_table *t)
{
	struct eventfd *e = f->data;
	u64 count;

	poll_wait(t, &e->readers);
	poll_wait(t, &e->writers);
	count = READ_ONCE(e->count);
	return (count != 0 ? POLLIN : 0) | (count < COUNT_MAX ? POLLOUT : 0);
}

static void eventfd_release(struct file *f)
{
	kfree(f->data);
}

static const struct file_ops eventfd_ops = {
	.read = eventfd_read,
	.write = eventfd_write,
	.poll = eventfd_poll,
	.release = eventfd_release,
	.seek_ignored = true,
	.knows_nowait = true,
	.no_splice_read = true,
	.no_splice_write = true,
};

struct file *eventfd_create(u64 count, bool semaphore, u32 flags)
{
	struct eventfd *e = kzalloc(sizeof(*e));
	struct file *f;

	if (!e)
		return ERR_PTR(-ENOMEM);
	e->count = count;
	e->semaphore = semaphore;
	waitq_init(&e->readers);
	waitq_init(&e->writers);
	f = file_create_anon("[eventfd]", &eventfd_ops, e, O_RDWR | flags);
	if (IS_ERR(f))
		kfree(e);
	return f;
}
