/*
 * splice, tee, vmsplice, sendfile and copy_file_range over kernel types: splice.h says what they promise. A transfer goes one
 * page at a time. Nothing is locked while bytes are read from or written to a file: a slot of the pipe is reserved before, or
 * the pipe is marked as draining (pipe_ring.h), so that bytes are neither lost nor seen twice. Task context.
 */
#include "fs/splice.h"

#include "fs/mount.h"
#include "fs/notify.h"
#include "fs/pipe_ring.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "net/socket.h"
#include "sched/process.h"
#include "sched/task.h"

/* Wait for a free slot and reserve it: 0, -EAGAIN, -EPIPE (with SIGPIPE) or -ERESTARTSYS. */
static int reserve_slot(struct pipe *p, bool nonblock)
{
	int error;

	for (;;) {
		mutex_lock(&p->lock);
		if (!p->readers)
			error = -EPIPE;
		else if (pipe_has_slot(p))
			error = 0;
		else
			error = nonblock ? -EAGAIN : -EBUSY;
		if (!error)
			pipe_reserve(p);
		mutex_unlock(&p->lock);
		if (error != -EBUSY)
			break;
		error = wait_event_interruptible(&p->write_wait, pipe_has_slot(p) || !READ_ONCE(p->readers));
		if (error)
			return error;
	}
	if (error == -EPIPE)
		file_raise_signal(SIGPIPE);
	return error;
}

static void unreserve_slot(struct pipe *p)
{
	mutex_lock(&p->lock);
	pipe_unreserve(p);
	mutex_unlock(&p->lock);
	pipe_wake(&p->write_wait, POLLOUT | POLLWRNORM);
}

/* Fill the reserved slot; takes the page's reference over. */
static void push_page(struct pipe *p, struct page *page, unsigned start, size_t n)
{
	mutex_lock(&p->lock);
	pipe_push(p, page, start, (unsigned)n);
	mutex_unlock(&p->lock);
	pipe_wake(&p->read_wait, POLLIN | POLLRDNORM);
}

/* A part of a file, at most to the end of a page. */
struct piece {
	struct page *page;		/* referenced */
	unsigned start;
	size_t length;
};

/* The file's own page at pos: the bytes in it, 0 at the end of the file, -errno. */
static ssize_t shared_piece(struct file *f, u64 pos, u64 count, struct piece *piece)
{
	struct inode *inode = f->inode;
	u64 size = READ_ONCE(inode->size);
	size_t n = MIN(PAGE_SIZE - pos % PAGE_SIZE, count);
	struct page *page;

	if (pos >= size)
		return 0;
	page = inode->ops->get_page(inode, pos / PAGE_SIZE, false);
	if (IS_ERR(page))
		return page == ERR_PTR(-EFAULT) ? 0 : PTR_ERR(page);	/* the file has been cut meanwhile */
	if (f->dentry && !(f->flags & O_NOATIME))
		dentry_accessed(f->dentry);
	notify_file(f, IN_ACCESS);
	*piece = (struct piece){ page, (unsigned)(pos % PAGE_SIZE), MIN(n, size - pos) };
	return (ssize_t)piece->length;
}

/* A page of our own with what read(2) gives. */
static ssize_t copied_piece(struct file *f, u64 *pos, u64 count, struct piece *piece)
{
	struct page *page = page_alloc(0, 0);
	struct uio u;
	ssize_t n;

	if (!page)
		return -ENOMEM;
	uio_init_kernel(&u, page_to_virt(page), MIN(count, PAGE_SIZE));
	n = file_read(f, &u, f->ops->seek ? pos : NULL);
	if (n <= 0) {
		page_put(page);
		return n;
	}
	*piece = (struct piece){ page, 0, (size_t)n };
	return n;
}

static ssize_t socket_piece(struct file *f, struct socket *s, u64 count, bool nonblock, struct piece *piece)
{
	unsigned flags = nonblock || (f->flags & O_NONBLOCK) ? MSG_DONTWAIT : 0;
	u32 offset = 0;
	ssize_t n = s->ops->receive_page(s, (u32)MIN(count, PAGE_SIZE), &piece->page, &offset, flags);

	piece->start = offset;
	piece->length = n > 0 ? (size_t)n : 0;
	return n;
}

/* Is it a socket whose bytes come by reference, and can be asked for without waiting? */
static bool gives_pages(struct file *f)
{
	struct socket *s = socket_of(f);

	return s && s->ops->receive_page;
}

/* The next piece of at most `count` bytes at *pos; the caller moves *pos on. Bytes, 0 at the end, -errno. */
static ssize_t next_piece(struct file *f, const u64 *pos, u64 count, bool nonblock, struct piece *piece)
{
	u64 at = *pos;

	if (gives_pages(f))
		return socket_piece(f, socket_of(f), count, nonblock, piece);
	if (S_ISREG(f->inode->mode) && f->inode->ops->get_page)
		return shared_piece(f, at, count, piece);
	return copied_piece(f, &at, count, piece);
}

ssize_t splice_to_pipe(struct file *in, u64 *pos, struct file *pipe, u64 count, bool nonblock)
{
	struct pipe *p = file_pipe(pipe);
	ssize_t done = 0, n = 0;
	struct piece piece;

	while (count) {
		/* Only the first page is waited for: a caller that copies a file goes on when it has emptied the pipe. */
		n = reserve_slot(p, nonblock || done);
		if (n)
			break;
		n = next_piece(in, pos, count, done > 0, &piece);
		if (n <= 0) {
			unreserve_slot(p);
			break;
		}
		push_page(p, piece.page, piece.start, piece.length);
		*pos += (u64)n;
		done += n;
		count -= (u64)n;
		/* A terminal's next bytes may take their time; those of a connection that gives pages are not waited for. */
		if (!in->ops->seek && !gives_pages(in))
			break;
	}
	return done ? done : n;
}

/*
 * Wait until the pipe has bytes and nobody drains it: 0 with the lock held; 1 at the end of the pipe, -EAGAIN or -ERESTARTSYS
 * without it.
 */
static int lock_readable(struct pipe *p, bool nonblock) NO_LOCK_ANALYSIS
{
	int error;

	for (;;) {
		mutex_lock(&p->lock);
		if (p->used && !p->draining)
			return 0;
		error = !p->used && !p->writers ? 1 : nonblock ? -EAGAIN : 0;
		mutex_unlock(&p->lock);
		if (!error)
			error = wait_event_interruptible(&p->read_wait, pipe_readable(p));
		if (error)
			return error;
	}
}

/* The file as a socket that takes pages, or NULL. */
static struct socket *page_socket(const struct file *f)
{
	struct socket *s = socket_of((struct file *)f);

	return s && s->ops->send_page ? s : NULL;
}

/* A part of a page to a socket, by reference; `more`: other bytes follow at once. */
static ssize_t give_page(struct file *out, struct socket *s, const struct piece *piece, bool nonblock, bool more)
{
	unsigned flags = (nonblock || (out->flags & O_NONBLOCK) ? MSG_DONTWAIT : 0u) | (more ? MSG_MORE : 0u);

	return socket_send_page(s, piece->page, piece->start, (u32)piece->length, flags);
}

/* Write a slot's bytes, that nobody else takes meanwhile, to a file or, by reference, to a socket. */
static ssize_t write_slot(const struct piece *piece, struct file *out, u64 *pos, bool nonblock, bool more)
{
	struct socket *s = page_socket(out);
	struct uio u;

	if (s)
		return give_page(out, s, piece, nonblock, more);
	uio_init_kernel(&u, (u8 *)page_to_virt(piece->page) + piece->start, piece->length);
	return file_write(out, &u, pos);
}

/* Write the oldest slot's bytes, at most `count`, to a file: bytes, 0 at the end of the pipe, -errno. */
static ssize_t drain_slot(struct pipe *p, struct file *out, u64 *pos, u64 count, bool nonblock, bool more) NO_LOCK_ANALYSIS
{
	struct pipe_slot *s;
	struct piece piece;
	ssize_t n = lock_readable(p, nonblock);

	if (n)
		return n > 0 ? 0 : n;
	s = pipe_slot_at(p, p->tail);
	piece = (struct piece){ s->page, s->start, MIN(count, (u64)(s->end - s->start)) };
	if (page_socket(out))
		pipe_share(p, s);
	more = more || (piece.length < count && p->used > piece.length);
	WRITE_ONCE(p->draining, true);
	mutex_unlock(&p->lock);
	n = write_slot(&piece, out, pos, nonblock, more);
	mutex_lock(&p->lock);
	WRITE_ONCE(p->draining, false);
	if (n > 0)
		pipe_consume(p, pipe_slot_at(p, p->tail), (size_t)n);
	mutex_unlock(&p->lock);
	if (waitq_active(&p->read_wait))
		wait_wake_all(&p->read_wait, POLLIN | POLLRDNORM);
	pipe_wake(&p->write_wait, POLLOUT | POLLWRNORM);
	return n;
}

ssize_t splice_from_pipe(struct file *pipe, struct file *out, u64 *pos, u64 count, bool nonblock, bool more)
{
	struct pipe *p = file_pipe(pipe);
	ssize_t done = 0, n = 0;

	while (count) {
		n = drain_slot(p, out, pos, count, nonblock || done, more);
		if (n <= 0)
			break;
		done += n;
		count -= (u64)n;
	}
	return done ? done : n;
}

static void lock_pipes(struct pipe *a, struct pipe *b) NO_LOCK_ANALYSIS
{
	mutex_lock(a < b ? &a->lock : &b->lock);
	mutex_lock(a < b ? &b->lock : &a->lock);
}

static void unlock_pipes(struct pipe *a, struct pipe *b) NO_LOCK_ANALYSIS
{
	mutex_unlock(&a->lock);
	mutex_unlock(&b->lock);
}

/* Refer to n bytes of a slot from another pipe, which has a free slot. */
static void refer(struct pipe *in, struct pipe_slot *s, struct pipe *out, size_t n) NO_LOCK_ANALYSIS
{
	pipe_share(in, s);
	page_get(s->page);
	pipe_reserve(out);
	pipe_push(out, s->page, s->start, (unsigned)n);
	pipe_slot_at(out, out->head - 1)->packet = s->packet;
}

/* Both locked: move (or duplicate) what fits: bytes, 0 when the input is empty or the output full, -EPIPE. */
static ssize_t pass_slots(struct pipe *in, struct pipe *out, u64 count, bool keep) NO_LOCK_ANALYSIS
{
	ssize_t done = 0;

	if (!out->readers)
		return -EPIPE;
	if (in->draining)
		return 0;
	for (unsigned i = in->tail; count && in->used && i != in->head && pipe_has_slot(out); i++) {
		struct pipe_slot *s = pipe_slot_at(in, i);
		size_t n = MIN(count, (u64)(s->end - s->start));

		refer(in, s, out, n);
		if (!keep)
			pipe_consume(in, s, n);
		done += (ssize_t)n;
		count -= n;
	}
	return done;
}

/* Wait until one pipe can be read and the other written to: 1 at the end of the input, 0, -EAGAIN, -ERESTARTSYS. */
static int wait_for_both(struct pipe *in, struct pipe *out, bool nonblock)
{
	int error;

	if (!READ_ONCE(in->used) && !READ_ONCE(in->writers))
		return 1;
	if (nonblock)
		return -EAGAIN;
	error = wait_event_interruptible(&in->read_wait, pipe_readable(in));
	if (error)
		return error;
	return wait_event_interruptible(&out->write_wait, pipe_has_slot(out) || !READ_ONCE(out->readers));
}

static ssize_t pass(struct file *in_file, struct file *out_file, u64 count, bool nonblock, bool keep)
{
	struct pipe *in = file_pipe(in_file), *out = file_pipe(out_file);
	ssize_t n;

	while (count) {
		lock_pipes(in, out);
		n = pass_slots(in, out, count, keep);
		unlock_pipes(in, out);
		if (n > 0) {
			pipe_wake(&out->read_wait, POLLIN | POLLRDNORM);
			pipe_wake(&in->write_wait, POLLOUT | POLLWRNORM);
		}
		if (n == -EPIPE)
			file_raise_signal(SIGPIPE);
		if (n)
			return n;
		n = wait_for_both(in, out, nonblock);
		if (n)
			return n > 0 ? 0 : n;
	}
	return 0;
}

ssize_t splice_between_pipes(struct file *in, struct file *out, u64 count, bool nonblock)
{
	return pass(in, out, count, nonblock, false);
}

ssize_t splice_tee(struct file *in, struct file *out, u64 count, bool nonblock)
{
	return pass(in, out, count, nonblock, true);
}

/* The page behind the next byte of the caller's segments, and how many bytes of it they cover. */
static ssize_t user_piece(struct uio *u, struct piece *piece)
{
	u64 address;
	struct page *page;

	while (u->offset == u->iov->length) {
		u->iov++;
		u->count--;
		u->offset = 0;
	}
	address = u->iov->base.v + u->offset;
	page = mm_get_page(current->mm, address);
	if (IS_ERR(page))
		return PTR_ERR(page);
	*piece = (struct piece){ page, (unsigned)(address % PAGE_SIZE),
				 MIN(PAGE_SIZE - address % PAGE_SIZE, u->iov->length - u->offset) };
	u->offset += piece->length;
	u->left -= piece->length;
	return (ssize_t)piece->length;
}

ssize_t splice_user_pages(struct file *pipe, struct uio *u, bool nonblock)
{
	struct pipe *p = file_pipe(pipe);
	ssize_t done = 0, n = 0;
	struct piece piece;

	while (u->left) {
		n = reserve_slot(p, nonblock || done);
		if (n)
			break;
		n = user_piece(u, &piece);
		if (n < 0) {
			unreserve_slot(p);
			break;
		}
		push_page(p, piece.page, piece.start, piece.length);
		done += n;
	}
	return done ? done : n;
}

ssize_t splice_files(struct file *in, u64 *in_pos, struct file *out, u64 *out_pos, u64 count)
{
	bool held = false, more;
	ssize_t done = 0, n = 0;
	struct piece piece;

	while (count) {
		n = next_piece(in, in_pos, count, false, &piece);
		if (n <= 0)
			break;
		more = piece.length < count && *in_pos + piece.length < READ_ONCE(in->inode->size);
		n = write_slot(&piece, out, out_pos, false, more);
		held = n > 0 ? more : held;
		page_put(piece.page);
		if (n <= 0)
			break;
		/* What was read but could not be written is not lost: the input moves by what was written. */
		*in_pos += (u64)n;
		done += n;
		count -= (u64)n;
		if (signal_pending())
			break;
		preempt_point();
	}
	/* The file ended early, or the call did: nothing follows what was held back. */
	if (held && page_socket(out))
		(void)page_socket(out)->ops->send_page(page_socket(out), NULL, 0, 0, MSG_DONTWAIT);
	return done ? done : n;
}
