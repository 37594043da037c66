/*
 * splice, tee, vmsplice, sendfile, copy_file_range: arguments and the rules about which files go together; fs/splice.c moves
 * the bytes. readahead and sync_file_range, which have little to do here. Task context; no lock.
 */
#include "fs/splice.h"

#include "fs/pipe.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sys/uio_import.h"

/* Two descriptors and their optional offsets. */
struct ends {
	struct file *in, *out;		/* referenced, or NULL */
	u64 in_pos, out_pos;		/* when given */
	u64 *in_at, *out_at;		/* those, or NULL: the file's own offset */
};

static int get_ends(struct ends *e, int in, int out)
{
	*e = (struct ends){ .in = fd_get(in), .out = fd_get(out) };
	return e->in && e->out ? 0 : -EBADF;
}

static void put_ends(struct ends *e)
{
	if (e->in)
		file_put(e->in);
	if (e->out)
		file_put(e->out);
}

static int get_offset(uaddr user, u64 *value, u64 **at)
{
	if (!user.v)
		return 0;
	*at = value;
	return get_user_object(value, user);
}

static int get_offsets(struct ends *e, uaddr in, uaddr out)
{
	int error = get_offset(in, &e->in_pos, &e->in_at);

	return error ? error : get_offset(out, &e->out_pos, &e->out_at);
}

static int put_offsets(const struct ends *e, uaddr in, uaddr out)
{
	if (e->in_at && put_user_object(in, e->in_at))
		return -EFAULT;
	return e->out_at && put_user_object(out, e->out_at) ? -EFAULT : 0;
}

/* Work at the input's own offset when none is given, and move it. */
static u64 input_position(struct file *in)
{
	u64 pos;

	mutex_lock(&in->pos_lock);
	pos = in->pos;
	mutex_unlock(&in->pos_lock);
	return pos;
}

static void set_input_position(struct file *in, u64 pos)
{
	mutex_lock(&in->pos_lock);
	in->pos = pos;
	mutex_unlock(&in->pos_lock);
}

static ssize_t file_to_pipe(struct file *in, u64 *at, struct file *pipe, u64 count, bool nonblock)
{
	u64 pos = at ? *at : input_position(in);
	ssize_t n = splice_to_pipe(in, &pos, pipe, count, nonblock || (pipe->flags & O_NONBLOCK));

	if (at)
		*at = pos;
	else if (in->ops->seek)
		set_input_position(in, pos);
	return n;
}

/* ---- splice, tee, vmsplice ---- */

/* The offset of an end that is no pipe: 0, -ESPIPE where offsets mean nothing, -EINVAL. */
static int check_offset(const struct file *f, const u64 *at)
{
	if (!at)
		return 0;
	if (!f->ops->seek)
		return -EINVAL;
	return (i64)*at < 0 ? -EINVAL : 0;
}

static long do_splice(struct ends *e, u64 count, unsigned flags)
{
	bool nonblock = flags & SPLICE_F_NONBLOCK;
	int error;

	if (!file_readable(e->in) || !file_writable(e->out))
		return -EBADF;
	if (file_is_pipe(e->in) && file_is_pipe(e->out)) {
		if (e->in->inode == e->out->inode)
			return -EINVAL;
		nonblock |= ((e->in->flags | e->out->flags) & O_NONBLOCK) != 0;
		return splice_between_pipes(e->in, e->out, count, nonblock);
	}
	if (file_is_pipe(e->in)) {
		error = check_offset(e->out, e->out_at);
		if (error || !e->out->ops->write || e->out->ops->no_splice_write || (e->out->flags & O_APPEND))
			return error ? error : -EINVAL;
		return splice_from_pipe(e->in, e->out, e->out_at, count, flags & SPLICE_F_NONBLOCK, flags & SPLICE_F_MORE);
	}
	if (!file_is_pipe(e->out))
		return -EINVAL;
	error = check_offset(e->in, e->in_at);
	if (error || !e->in->ops->read || e->in->ops->no_splice_read || S_ISDIR(e->in->inode->mode))
		return error ? error : -EINVAL;
	return file_to_pipe(e->in, e->in_at, e->out, count, nonblock);
}

long sys_splice(int fd_in, uaddr off_in, int fd_out, uaddr off_out, size_t length, unsigned flags)
{
	struct ends e;
	long result;

	if (!length)
		return 0;
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	result = get_ends(&e, fd_in, fd_out);
	if (!result && ((off_in.v && file_is_pipe(e.in)) || (off_out.v && file_is_pipe(e.out))))
		result = -ESPIPE;
	if (!result)
		result = get_offsets(&e, off_in, off_out);
	if (!result)
		result = do_splice(&e, MIN(length, IO_MAX), flags);
	if (result > 0 && put_offsets(&e, off_in, off_out))
		result = -EFAULT;
	put_ends(&e);
	return result;
}

long sys_tee(int fd_in, int fd_out, size_t length, unsigned flags)
{
	bool nonblock = flags & SPLICE_F_NONBLOCK;
	struct ends e;
	long result;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!length)
		return 0;
	result = get_ends(&e, fd_in, fd_out);
	if (!result && (!file_readable(e.in) || !file_writable(e.out)))
		result = -EBADF;
	if (!result && (!file_is_pipe(e.in) || !file_is_pipe(e.out) || e.in->inode == e.out->inode))
		result = -EINVAL;
	if (!result) {
		nonblock |= ((e.in->flags | e.out->flags) & O_NONBLOCK) != 0;
		result = splice_tee(e.in, e.out, MIN(length, IO_MAX), nonblock);
	}
	put_ends(&e);
	return result;
}

/* Towards the program bytes are copied, as by readv. */
static long do_vmsplice(struct file *f, struct uio *u, unsigned flags)
{
	if (file_writable(f))
		return splice_user_pages(f, u, (flags & SPLICE_F_NONBLOCK) || (f->flags & O_NONBLOCK));
	return file_read(f, u, NULL);
}

long sys_vmsplice(int fd, uaddr iov, unsigned long count, unsigned flags)
{
	struct iov_copy copy;
	struct file *f;
	struct uio u;
	long result;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	result = count > IOV_MAX ? -EINVAL : iov_copy_in(&copy, &u, iov, (int)count);
	if (!result) {
		result = file_is_pipe(f) ? do_vmsplice(f, &u, flags) : -EBADF;
		iov_copy_free(&copy);
	}
	file_put(f);
	return result;
}

/* ---- sendfile ---- */

static long do_sendfile(struct file *out, struct file *in, u64 *offset, u64 count)
{
	u64 pos;
	long n;

	if (!file_readable(in) || !file_writable(out))
		return -EBADF;
	if (offset && !in->ops->seek)
		return -ESPIPE;
	if (offset && (i64)*offset < 0)
		return -EINVAL;
	if (!in->ops->seek || !in->ops->read || in->ops->no_splice_read || S_ISDIR(in->inode->mode))
		return -EINVAL;
	if (!out->ops->write || out->ops->no_splice_write || (out->flags & O_APPEND))
		return -EINVAL;
	count = MIN(count, IO_MAX);
	if (file_is_pipe(out))
		return file_to_pipe(in, offset, out, count, false);
	pos = offset ? *offset : input_position(in);
	n = splice_files(in, &pos, out, NULL, count);
	if (offset)
		*offset = pos;
	else
		set_input_position(in, pos);
	return n;
}

long sys_sendfile(int out_fd, int in_fd, uaddr offset, size_t count)
{
	struct ends e;
	u64 pos = 0;
	long result;

	if (offset.v && get_user_object(&pos, offset))
		return -EFAULT;
	result = get_ends(&e, in_fd, out_fd);
	if (!result)
		result = do_sendfile(e.out, e.in, offset.v ? &pos : NULL, count);
	if (result >= 0 && offset.v && put_user_object(offset, &pos))
		result = -EFAULT;
	put_ends(&e);
	return result;
}

/* ---- copy_file_range ---- */

static int check_copy_files(const struct file *in, const struct file *out)
{
	if (S_ISDIR(in->inode->mode) || S_ISDIR(out->inode->mode))
		return -EISDIR;
	if (!S_ISREG(in->inode->mode) || !S_ISREG(out->inode->mode))
		return -EINVAL;
	if (!file_readable(in) || !file_writable(out) || (out->flags & O_APPEND))
		return -EBADF;
	return in->inode->fs == out->inode->fs ? 0 : -EXDEV;
}

/* Cut *count at the end of the input: 0, -EINVAL (negative, overlapping), -EOVERFLOW. */
static int check_copy_ranges(const struct file *in, u64 in_pos, const struct file *out, u64 out_pos, u64 *count)
{
	u64 size = READ_ONCE(in->inode->size);

	if (in_pos + *count < in_pos || out_pos + *count < out_pos)
		return -EOVERFLOW;
	if ((i64)in_pos < 0 || (i64)out_pos < 0)
		return -EINVAL;
	*count = in_pos < size ? MIN(*count, size - in_pos) : 0;
	*count = MIN(*count, IO_MAX);
	if (in->inode == out->inode && in_pos < out_pos + *count && out_pos < in_pos + *count)
		return -EINVAL;
	return out_pos + *count > INT64_MAX ? -EFBIG : 0;
}

static long do_copy_file_range(struct ends *e, u64 count)
{
	u64 in_pos, out_pos;
	long n = check_copy_files(e->in, e->out);

	if (n)
		return n;
	in_pos = e->in_at ? e->in_pos : input_position(e->in);
	out_pos = e->out_at ? e->out_pos : input_position(e->out);
	n = check_copy_ranges(e->in, in_pos, e->out, out_pos, &count);
	if (n || !count)
		return n;
	n = splice_files(e->in, &in_pos, e->out, &out_pos, count);
	if (n <= 0)
		return n;
	if (e->in_at)
		e->in_pos = in_pos;
	else
		set_input_position(e->in, in_pos);
	if (e->out_at)
		e->out_pos = out_pos;
	else
		set_input_position(e->out, out_pos);
	return n;
}

long sys_copy_file_range(int fd_in, uaddr off_in, int fd_out, uaddr off_out, size_t length, unsigned flags)
{
	struct ends e;
	long result = get_ends(&e, fd_in, fd_out);

	if (!result)
		result = get_offsets(&e, off_in, off_out);
	if (!result && flags)
		result = -EINVAL;
	if (!result)
		result = do_copy_file_range(&e, length);
	if (result > 0 && put_offsets(&e, off_in, off_out))
		result = -EFAULT;
	put_ends(&e);
	return result;
}

/* ---- Files are in memory already, and nothing outlives the machine ---- */

long sys_readahead(int fd, int64_t offset, size_t count)
{
	struct file *f = fd_get(fd);
	long result = 0;

	if (!f)
		return -EBADF;
	if (!file_readable(f))
		result = -EBADF;
	else if (!S_ISREG(f->inode->mode) && !S_ISBLK(f->inode->mode))
		result = -EINVAL;
	file_put(f);
	return result;
}

#define SYNC_FILE_RANGE_ALL 7u

long sys_sync_file_range(int fd, int64_t offset, int64_t length, unsigned flags)
{
	struct file *f = fd_get(fd);
	long result = 0;
	i64 end;

	if (!f)
		return -EBADF;
	if ((flags & ~SYNC_FILE_RANGE_ALL) || offset < 0 || length < 0 || __builtin_add_overflow(offset, length, &end))
		result = -EINVAL;
	else if (!S_ISREG(f->inode->mode) && !S_ISBLK(f->inode->mode) && !S_ISDIR(f->inode->mode) && !S_ISLNK(f->inode->mode))
		result = -ESPIPE;
	file_put(f);
	return result;
}
