/* The devices without hardware: null, zero, full, random, urandom, with Linux's numbers. No state, no lock. */
#include "fs/devices.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/task.h"

#define MEMORY_MAJOR 1

static ssize_t null_read(struct file *f, struct uio *u, u64 *pos)
{
	return 0;
}

static ssize_t null_write(struct file *f, struct uio *u, u64 *pos)
{
	return (ssize_t)u->left;
}

static ssize_t zero_read(struct file *f, struct uio *u, u64 *pos)
{
	ssize_t done = 0;

	while (u->left) {
		size_t n = MIN(u->left, PAGE_SIZE), moved = uio_zero(u, n);

		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
		if (signal_pending())
			break;
		preempt_point();
	}
	return done;
}

static ssize_t full_write(struct file *f, struct uio *u, u64 *pos)
{
	return -ENOSPC;
}

static ssize_t random_read(struct file *f, struct uio *u, u64 *pos)
{
	u8 bytes[256];
	ssize_t done = 0;

	while (u->left) {
		size_t n = MIN(u->left, sizeof(bytes)), moved;

		random_bytes(bytes, n);
		moved = uio_read_in(u, bytes, n);
		done += (ssize_t)moved;
		if (moved < n)
			done = done ? done : -EFAULT;
		if (moved < n || signal_pending())
			break;
		preempt_point();
	}
	memset(bytes, 0, sizeof(bytes));
	return done;
}

/* What is written is read, so that a bad address is told of; it stirs nothing: whoever writes may know the bytes. */
static ssize_t random_write(struct file *f, struct uio *u, u64 *pos)
{
	u8 bytes[256];
	ssize_t done = 0;

	while (u->left) {
		size_t n = MIN(u->left, sizeof(bytes)), moved = uio_write_out(u, bytes, n);

		done += (ssize_t)moved;
		if (moved < n)
			done = done ? done : -EFAULT;
		if (moved < n || signal_pending())
			break;
		preempt_point();
	}
	return done;
}

static const struct file_ops null_ops = {
	.read = null_read, .write = null_write, .seek = file_seek_nowhere, .knows_nowait = true, .no_splice_read = true,
};
static const struct file_ops zero_ops = {
	.read = zero_read, .write = null_write, .seek = file_seek_nowhere, .knows_nowait = true, .maps_anonymous = true,
};
static const struct file_ops full_ops = {
	.read = zero_read, .write = full_write, .seek = file_seek_nowhere, .knows_nowait = true, .no_splice_write = true,
};
static const struct file_ops random_ops = {
	.read = random_read, .write = random_write, .seek = file_seek_nowhere, .knows_nowait = true,
};

void memory_devices_init(void)
{
	static const struct {
		const char *name;
		unsigned minor;
		const struct file_ops *ops;
	} table[] = {
		{ "null", 3, &null_ops },
		{ "zero", 5, &zero_ops },
		{ "full", 7, &full_ops },
		{ "random", 8, &random_ops },
		{ "urandom", 9, &random_ops },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
		int error = device_register(table[i].name, 0666, MAKEDEV(MEMORY_MAJOR, table[i].minor), table[i].ops, NULL);

		ASSERT(!error);
	}
}
