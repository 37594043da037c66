/* select and pselect6, over the same engine as poll. Task context. */
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

#define FD_SETSIZE 1024

#define SET_IN  (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define SET_OUT (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define SET_EX  POLLPRI

enum { READ_SET, WRITE_SET, EXCEPT_SET, SETS };

static const unsigned set_events[SETS] = { SET_IN, SET_OUT, SET_EX };

/* The three sets asked for and answered, bit fd of word fd / 64; one allocation. */
struct select_call {
	unsigned nfds, words;
	u64 *asked[SETS], *answered[SETS];
	struct file **files;		/* [nfds] */
	struct poll_set set;
	u64 memory[];
};

static bool bit(const u64 *map, unsigned i) { return map[i / 64] >> (i % 64) & 1; }

static struct select_call *call_alloc(unsigned nfds)
{
	unsigned words = (nfds + 63) / 64;
	struct select_call *c = kzalloc(sizeof(*c) + (2 * SETS * words + nfds) * sizeof(u64));

	if (!c)
		return NULL;
	c->nfds = nfds;
	c->words = words;
	for (unsigned i = 0; i < SETS; i++) {
		c->asked[i] = c->memory + i * words;
		c->answered[i] = c->memory + (SETS + i) * words;
	}
	c->files = (struct file **)(c->memory + 2 * SETS * words);
	return c;
}

static void call_free(struct select_call *c)
{
	for (unsigned i = 0; i < c->nfds; i++)
		if (c->files[i])
			file_put(c->files[i]);
	kfree(c);
}

static bool is_asked(const struct select_call *c, unsigned fd)
{
	return bit(c->asked[READ_SET], fd) || bit(c->asked[WRITE_SET], fd) || bit(c->asked[EXCEPT_SET], fd);
}

static int call_fill(struct select_call *c, const uaddr sets[SETS])
{
	for (unsigned i = 0; i < SETS; i++)
		if (sets[i].v && copy_from_user(c->asked[i], sets[i], c->words * sizeof(u64)))
			return -EFAULT;
	for (unsigned fd = 0; fd < c->nfds; fd++) {
		if (!is_asked(c, fd))
			continue;
		c->files[fd] = fd_get((int)fd);
		if (!c->files[fd])
			return -EBADF;
	}
	return 0;
}

static long look(struct select_call *c, struct poll_table *table)
{
	long ready = 0;

	for (unsigned fd = 0; fd < c->nfds; fd++) {
		unsigned events;

		if (!c->files[fd])
			continue;
		events = file_poll(c->files[fd], ready ? NULL : table);
		for (unsigned i = 0; i < SETS; i++) {
			if (!bit(c->asked[i], fd) || !(events & set_events[i]))
				continue;
			c->answered[i][fd / 64] |= 1ull << (fd % 64);
			ready++;
		}
	}
	return ready;
}

static long wait_for_events(struct select_call *c, u64 deadline)
{
	long ready;
	int error = 0;

	poll_set_start(&c->set);
	ready = look(c, deadline == 0 ? NULL : &c->set.table);
	while (!ready && deadline != 0 && !error) {
		error = poll_set_sleep(&c->set, deadline);
		ready = look(c, NULL);
	}
	poll_set_finish(&c->set);
	if (ready)
		return ready;
	return error == -ETIMEDOUT ? 0 : error == -ERESTARTSYS ? -ERESTARTNOHAND : error;
}

static long do_select(int nfds, const uaddr sets[SETS], u64 deadline)
{
	struct select_call *c;
	long result;

	if (nfds < 0)
		return -EINVAL;
	/* Sets larger than the classic size are looked at as far as descriptors can be open. */
	c = call_alloc(MIN((unsigned)nfds, MAX(fd_table_size(current->files), (unsigned)FD_SETSIZE)));
	if (!c)
		return -ENOMEM;
	result = call_fill(c, sets);
	if (!result)
		result = wait_for_events(c, deadline);
	for (unsigned i = 0; i < SETS && result >= 0; i++)
		if (sets[i].v && copy_to_user(sets[i], c->answered[i], c->words * sizeof(u64)))
			result = -EFAULT;
	call_free(c);
	return result;
}

long sys_select(int nfds, uaddr readfds, uaddr writefds, uaddr exceptfds, uaddr timeout)
{
	const uaddr sets[SETS] = { readfds, writefds, exceptfds };
	struct timeout t;
	long result = timeout_from_timeval(&t, timeout);

	if (result)
		return result;
	result = do_select(nfds, sets, t.deadline);
	return timeout_put_timeval(&t, timeout, result);
}

/* pselect6's last argument: a pointer to the mask and its size. */
struct sigset_argument {
	u64 mask, size;
};

long sys_pselect6(int nfds, uaddr readfds, uaddr writefds, uaddr exceptfds, uaddr timeout, uaddr sigmask)
{
	const uaddr sets[SETS] = { readfds, writefds, exceptfds };
	struct sigset_argument argument = { 0, 0 };
	struct timeout t;
	long result;
	u64 mask;

	if (sigmask.v && get_user_object(&argument, sigmask))
		return -EFAULT;
	result = timeout_from_timespec(&t, timeout);
	if (result)
		return result;
	if (argument.mask) {
		if (argument.size != sizeof(mask))
			return -EINVAL;
		if (get_user_object(&mask, UADDR(argument.mask)))
			return -EFAULT;
		signal_set_temporary_mask(mask);
	}
	result = do_select(nfds, sets, t.deadline);
	if (argument.mask)
		result = signal_end_temporary_mask(result);
	return timeout_put_timespec(&t, timeout, result);
}
