/* poll and ppoll. Task context; the caller's array is copied in once and its revents copied out once. */
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sys/poll_set.h"
#include "sys/timeout.h"

struct user_pollfd {
	int fd;
	u16 events, revents;
};

#define FAST_FDS 8

/* The call's array and the files behind it. */
struct poll_call {
	struct user_pollfd *fds;
	struct file **files;
	unsigned count;
	struct poll_set set;
	struct user_pollfd fast_fds[FAST_FDS];
	struct file *fast_files[FAST_FDS];
};

static int call_start(struct poll_call *c, uaddr user, unsigned count)
{
	bool fast = count <= FAST_FDS;

	c->count = count;
	c->fds = fast ? c->fast_fds : kmalloc_array(count, sizeof(*c->fds));
	c->files = fast ? c->fast_files : kmalloc_array(count, sizeof(*c->files));
	if (!c->fds || !c->files) {
		c->count = 0;		/* no file to put yet */
		return -ENOMEM;
	}
	memset(c->files, 0, count * sizeof(*c->files));
	if (copy_from_user(c->fds, user, count * sizeof(*c->fds)))
		return -EFAULT;
	for (unsigned i = 0; i < count; i++)
		if (c->fds[i].fd >= 0)
			c->files[i] = fd_get(c->fds[i].fd);
	return 0;
}

static void call_finish(struct poll_call *c)
{
	if (c->files)
		for (unsigned i = 0; i < c->count; i++)
			if (c->files[i])
				file_put(c->files[i]);
	if (c->fds != c->fast_fds)
		kfree(c->fds);
	if (c->files != c->fast_files)
		kfree(c->files);
}

/* One look at every file; with a table, files register until one has something to say. How many have. */
static long look(struct poll_call *c, struct poll_table *table)
{
	long ready = 0;

	for (unsigned i = 0; i < c->count; i++) {
		unsigned events = POLLNVAL;

		if (c->fds[i].fd < 0)
			events = 0;
		else if (c->files[i])
			events = file_poll(c->files[i], ready ? NULL : table) & (c->fds[i].events | POLLERR | POLLHUP);
		c->fds[i].revents = (u16)events;
		ready += events != 0;
	}
	return ready;
}

static long wait_for_events(struct poll_call *c, u64 deadline)
{
	struct poll_set *s = &c->set;
	long ready;
	int error = 0;

	poll_set_start(s);
	ready = look(c, deadline == 0 ? NULL : &s->table);
	while (!ready && deadline != 0 && !error) {
		error = poll_set_sleep(s, deadline);
		ready = look(c, NULL);
	}
	poll_set_finish(s);
	if (ready)
		return ready;
	return error == -ETIMEDOUT ? 0 : error;
}

static int put_revents(const struct poll_call *c, uaddr user)
{
	for (unsigned i = 0; i < c->count; i++) {
		uaddr field = UADDR(user.v + i * sizeof(struct user_pollfd) + offsetof(struct user_pollfd, revents));

		if (copy_to_user(field, &c->fds[i].revents, sizeof(c->fds[i].revents)))
			return -EFAULT;
	}
	return 0;
}

/* `deadline`: 0 for one look, TIME_NEVER, or ns of clock_now(). -ERESTARTSYS when a signal came first. */
static long do_poll(uaddr fds, unsigned count, u64 deadline)
{
	struct poll_call *c;
	long result;

	if (count > rlimit_get(RLIMIT_NOFILE))
		return -EINVAL;
	c = kmalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	result = call_start(c, fds, count);
	if (!result) {
		result = wait_for_events(c, deadline);
		if (result >= 0 && put_revents(c, fds))
			result = -EFAULT;
	}
	call_finish(c);
	kfree(c);
	return result;
}

/* After a signal without a handler, poll goes on with the time that is left. */
static long poll_restart(struct restart_block *r)
{
	long result = do_poll(UADDR(r->a), (unsigned)r->b, r->c);

	return result == -ERESTARTSYS ? -ERESTART_RESTARTBLOCK : result;
}

long sys_poll(uaddr fds, unsigned nfds, int timeout)
{
	u64 deadline = timeout < 0 ? TIME_NEVER : timeout == 0 ? 0 : clock_now() + (u64)timeout * NS_PER_MSEC;
	long result = do_poll(fds, nfds, deadline);

	if (result != -ERESTARTSYS)
		return result;
	current->restart = (struct restart_block){ .fn = poll_restart, .a = fds.v, .b = nfds, .c = deadline };
	return -ERESTART_RESTARTBLOCK;
}

long sys_ppoll(uaddr fds, unsigned nfds, uaddr timeout, uaddr sigmask, size_t sigsetsize)
{
	struct timeout t;
	u64 mask;
	long result;

	result = timeout_from_timespec(&t, timeout);
	if (result)
		return result;
	if (sigmask.v) {
		if (sigsetsize != sizeof(mask))
			return -EINVAL;
		if (get_user_object(&mask, sigmask))
			return -EFAULT;
		signal_set_temporary_mask(mask);
	}
	result = do_poll(fds, nfds, t.deadline);
	if (result == -ERESTARTSYS)
		result = -ERESTARTNOHAND;
	if (sigmask.v)
		result = signal_end_temporary_mask(result);
	return timeout_put_timespec(&t, timeout, result);
}
