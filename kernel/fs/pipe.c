/*
 * Pipes and FIFOs: reading, writing, opening and closing their ends. The bytes are in a ring of pages (pipe_ring.h);
 * pipe->lock guards it.
 *
 * A sleeper looks at the ring without the lock, so readers and writers meet like this:
 *
 *	reader                                    writer
 *	A: wait_begin(readers): queued            C: used grows, under pipe->lock
 *	   (full barrier)                            (unlock; full barrier in waitq_active)
 *	B: used != 0?                             D: waitq_active(readers)?
 *
 * B missed C's bytes only if it came before C; then A came before D, and D wakes. The same holds with the roles swapped
 * (room, writers), for the counts of ends when one of them is closed, and for the end of a splice that drained. A false alarm
 * costs one more look under the lock.
 */
#include "fs/pipe.h"

#include "fs/pipe_ring.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

#define PIPEFS_MAGIC 0x50495045
#define FIONREAD 0x541b

static struct filesystem pipe_fs = { .type = "pipefs", .magic = PIPEFS_MAGIC, .device = 4 };
static struct mutex fifo_lock;		/* guards inode->data of FIFOs: the first open makes the pipe. RANK_OBJECT, outside pipe->lock */

static const struct inode_ops pipe_inode_ops = { .evict = pipe_evict };

void pipe_init(void)
{
	pipe_ring_init();
	mutex_init(&fifo_lock, "fifo", RANK_OBJECT);
}

void pipe_evict(struct inode *inode)
{
	if (S_ISFIFO(inode->mode) && inode->data)
		pipe_free(inode->data);
}

static u64 used(const struct pipe *p) { return READ_ONCE(p->used); }
static u64 room(const struct pipe *p) { return READ_ONCE(p->room); }

/* Move what there is to the reader: bytes, or -EFAULT when its memory takes none. */
static ssize_t take(struct pipe *p, struct uio *u) REQUIRES(p->lock)
{
	ssize_t done = 0;

	while (u->left && used(p)) {
		struct pipe_slot *s = pipe_slot_at(p, p->tail);
		size_t n = MIN(u->left, (u64)(s->end - s->start));
		size_t moved = uio_read_in(u, (u8 *)page_to_virt(s->page) + s->start, n);
		bool packet = s->packet;

		/* What a read leaves of a packet is gone. */
		pipe_consume(p, s, packet && moved ? (size_t)(s->end - s->start) : moved);
		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
		if (packet)
			break;
	}
	return done;
}

/* The first free slot, with a page of the ring's own; NULL when memory is out. */
static struct pipe_slot *fresh_slot(struct pipe *p) REQUIRES(p->lock)
{
	struct pipe_slot *s = pipe_slot_at(p, p->head);

	if (!s->page)
		s->page = page_alloc(0, 0);
	return s->page ? s : NULL;
}

/* The slot that the next byte goes to: the newest, or a fresh one, which counts only once there is a byte in it. */
static struct pipe_slot *slot_to_fill(struct pipe *p) REQUIRES(p->lock)
{
	struct pipe_slot *s = pipe_slot_at(p, p->head - 1);

	if (p->head != p->tail && !s->shared && !s->packet && s->end < PAGE_SIZE)
		return s;
	return fresh_slot(p);
}

/* A writer with O_DIRECT: each page of its bytes is a packet, in a slot of its own. As fill. */
static ssize_t fill_packets(struct pipe *p, struct uio *u) REQUIRES(p->lock)
{
	ssize_t done = 0;

	while (u->left && pipe_has_slot(p)) {
		struct pipe_slot *s = fresh_slot(p);
		size_t n = MIN(u->left, PAGE_SIZE), moved;

		if (!s)
			return done ? done : -ENOMEM;
		moved = uio_write_out(u, page_to_virt(s->page), n);
		if (!moved)
			return done ? done : -EFAULT;
		WRITE_ONCE(p->room, p->room - PAGE_SIZE - pipe_append_room(p));
		p->head++;
		s->end = (u16)moved;
		s->packet = true;
		WRITE_ONCE(p->used, p->used + moved);
		done += (ssize_t)moved;
		if (moved < n)
			break;
	}
	return done;
}

/* Move what fits from the writer: bytes, or -EFAULT, -ENOMEM when none. */
static ssize_t fill(struct pipe *p, struct uio *u) REQUIRES(p->lock)
{
	ssize_t done = 0;

	while (u->left && room(p)) {
		struct pipe_slot *s = slot_to_fill(p);
		size_t n, moved;

		if (!s)
			return done ? done : -ENOMEM;
		n = MIN(MIN(u->left, room(p)), (u64)(PAGE_SIZE - s->end));
		moved = uio_write_out(u, (u8 *)page_to_virt(s->page) + s->end, n);
		if (moved && s->end == 0)
			p->head++;
		s->end = (u16)(s->end + moved);
		WRITE_ONCE(p->used, p->used + moved);
		WRITE_ONCE(p->room, p->room - moved);
		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
	}
	return done;
}

static ssize_t pipe_read(struct file *f, struct uio *u, u64 *pos)
{
	struct pipe *p = f->inode->data;
	ssize_t n;

	if (u->left == 0)
		return 0;
	for (;;) {
		mutex_lock(&p->lock);
		n = unlikely(p->draining) ? 0 : take(p, u);
		if (n == 0 && p->writers && !p->draining && dont_wait(f, u))
			n = -EAGAIN;
		if (n || (!p->writers && !p->draining))
			break;
		mutex_unlock(&p->lock);
		n = wait_event_interruptible(&p->read_wait, pipe_readable(p));
		if (n)
			return n;
	}
	mutex_unlock(&p->lock);
	if (n > 0)
		pipe_wake(&p->write_wait, POLLOUT | POLLWRNORM);
	return n;
}

/* How much room a write of `left` bytes waits for: up to PIPE_BUF bytes go in one piece, a packet into a free slot. */
static u64 needed_room(const struct file *f, u64 total, u64 left)
{
	if (unlikely(f->flags & O_DIRECT))
		return PAGE_SIZE;
	return total <= PIPE_BUF ? left : 1;
}

/* One look at the pipe, the lock held: bytes moved, 0 to wait, or why not. */
static ssize_t write_some(struct file *f, struct pipe *p, struct uio *u, u64 total) REQUIRES(p->lock)
{
	if (!p->readers)
		return -EPIPE;
	if (room(p) >= needed_room(f, total, u->left))
		return unlikely(f->flags & O_DIRECT) ? fill_packets(p, u) : fill(p, u);
	return dont_wait(f, u) ? -EAGAIN : 0;
}

static ssize_t pipe_write(struct file *f, struct uio *u, u64 *pos)
{
	struct pipe *p = f->inode->data;
	u64 total = u->left;
	ssize_t done = 0, n;

	if (total == 0)
		return 0;
	for (;;) {
		mutex_lock(&p->lock);
		n = write_some(f, p, u, total);
		mutex_unlock(&p->lock);
		if (n > 0) {
			done += n;
			pipe_wake(&p->read_wait, POLLIN | POLLRDNORM);
		}
		if (n < 0 || u->left == 0)
			break;
		if (n > 0)
			continue;
		n = wait_event_interruptible(&p->write_wait, room(p) >= needed_room(f, total, u->left) || !READ_ONCE(p->readers));
		if (n)
			break;
	}
	if (n == -EPIPE)
		file_raise_signal(SIGPIPE);
	return done ? done : n;
}

static unsigned pipe_poll(struct file *f, struct poll_table *t)
{
	struct pipe *p = f->inode->data;
	unsigned events = 0;

	if (file_readable(f)) {
		poll_wait(t, &p->read_wait);
		if (used(p))
			events |= POLLIN | POLLRDNORM;
		if (!READ_ONCE(p->writers) && READ_ONCE(p->opened_writers) != (unsigned)(u64)f->data)
			events |= POLLHUP;
	}
	if (file_writable(f)) {
		poll_wait(t, &p->write_wait);
		if (room(p) >= PIPE_BUF)
			events |= POLLOUT | POLLWRNORM;
		if (!READ_ONCE(p->readers))
			events |= POLLERR;
	}
	return events;
}

static long pipe_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct pipe *p = f->inode->data;
	int count;

	if (request != FIONREAD)
		return -ENOTTY;
	count = (int)used(p);
	return put_user_object(UADDR(argument), &count);
}

static void open_end(struct pipe *p, const struct file *f) REQUIRES(p->lock)
{
	if (file_readable(f)) {
		p->readers++;
		p->opened_readers++;
	}
	if (file_writable(f)) {
		p->writers++;
		p->opened_writers++;
	}
}

static void close_end(struct pipe *p, const struct file *f)
{
	mutex_lock(&p->lock);
	if (file_readable(f))
		WRITE_ONCE(p->readers, p->readers - 1);
	if (file_writable(f))
		WRITE_ONCE(p->writers, p->writers - 1);
	/* A FIFO without an end forgets what was in it. */
	if (!p->readers && !p->writers)
		pipe_ring_clear(p);
	mutex_unlock(&p->lock);
	if (waitq_active(&p->read_wait))
		wait_wake_all(&p->read_wait, POLLHUP);
	if (waitq_active(&p->write_wait))
		wait_wake_all(&p->write_wait, POLLERR);
}

static void pipe_release(struct file *f)
{
	close_end(f->inode->data, f);
}

/* The FIFO's pipe, made by its first opener. */
static struct pipe *fifo_pipe(struct inode *inode)
{
	struct pipe *p;

	mutex_lock(&fifo_lock);
	if (!inode->data)
		inode->data = pipe_alloc();
	p = inode->data;
	mutex_unlock(&fifo_lock);
	return p;
}

/* fifo(7): open waits for the other end; without waiting, a reader succeeds at once and a writer needs a reader. */
static int fifo_wait(struct pipe *p, struct file *f, unsigned seen_readers, unsigned seen_writers)
{
	u32 mode = f->flags & O_ACCMODE;

	if (mode == O_RDONLY && !(f->flags & O_NONBLOCK))
		return wait_event_interruptible(&p->read_wait, READ_ONCE(p->writers) ||
						READ_ONCE(p->opened_writers) != seen_writers);
	if (mode == O_WRONLY && (f->flags & O_NONBLOCK))
		return READ_ONCE(p->readers) ? 0 : -ENXIO;
	if (mode == O_WRONLY)
		return wait_event_interruptible(&p->write_wait, READ_ONCE(p->readers) ||
						READ_ONCE(p->opened_readers) != seen_readers);
	return 0;
}

static int fifo_open(struct inode *inode, struct file *f)
{
	struct pipe *p = fifo_pipe(inode);
	unsigned seen_readers, seen_writers;
	int error;

	if ((f->flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	if (!p)
		return -ENOMEM;
	mutex_lock(&p->lock);
	seen_readers = p->opened_readers;
	seen_writers = p->opened_writers;
	/* poll: a hang-up is the end of a writer that was there since; without any it just has not begun. */
	f->data = (void *)(u64)(p->writers ? seen_writers - 1 : seen_writers);
	open_end(p, f);
	mutex_unlock(&p->lock);
	wait_wake_all(&p->read_wait, 0);
	wait_wake_all(&p->write_wait, 0);
	error = fifo_wait(p, f, seen_readers, seen_writers);
	if (error)
		close_end(p, f);
	return error;
}

const struct file_ops fifo_file_ops = {
	.open = fifo_open,
	.read = pipe_read,
	.write = pipe_write,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.release = pipe_release,
	.knows_nowait = true,
};

static struct inode *pipe_inode(void)
{
	struct inode *i = inode_alloc(&pipe_fs, S_IFIFO | 0600, &pipe_inode_ops, &fifo_file_ops);

	if (!i)
		return NULL;
	i->uid = current->cred->fsuid;
	i->gid = current->cred->fsgid;
	i->data = pipe_alloc();
	if (!i->data) {
		inode_put(i);
		return NULL;
	}
	return i;
}

int pipe_create(struct file *files[2], u32 flags)
{
	struct inode *inode = pipe_inode();

	if (!inode)
		return -ENFILE;
	/* Without O_NONBLOCK the writer's open would wait, but the reader is there already. */
	files[0] = file_open_inode(inode, NULL, O_RDONLY | O_NONBLOCK);
	if (IS_ERR(files[0])) {
		inode_put(inode);
		return (int)PTR_ERR(files[0]);
	}
	inode_get(inode);
	files[1] = file_open_inode(inode, NULL, O_WRONLY | O_NONBLOCK);
	if (IS_ERR(files[1])) {
		inode_put(inode);
		file_put(files[0]);
		return (int)PTR_ERR(files[1]);
	}
	files[0]->flags = O_RDONLY | (flags & O_NONBLOCK);
	files[1]->flags = O_WRONLY | flags;
	return 0;
}

bool file_is_pipe(const struct file *f)
{
	return f->ops == &fifo_file_ops;
}

struct pipe *file_pipe(const struct file *f)
{
	return file_is_pipe(f) ? f->inode->data : NULL;
}

u32 pipe_max_size = MIB(1);

long pipe_get_size(struct file *f)
{
	struct pipe *p = f->inode->data;

	return (long)(READ_ONCE(p->slot_count) * PAGE_SIZE);
}

long pipe_set_size(struct file *f, u64 size)
{
	struct pipe *p = f->inode->data;
	u64 rounded = PAGE_SIZE;
	int error;

	if (size > INT32_MAX)
		return -EINVAL;
	while (rounded < size)
		rounded *= 2;
	if (rounded > READ_ONCE(pipe_max_size) && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	mutex_lock(&p->lock);
	error = rounded == p->slot_count * PAGE_SIZE ? 0 : pipe_ring_resize(p, (unsigned)(rounded / PAGE_SIZE));
	mutex_unlock(&p->lock);
	pipe_wake(&p->write_wait, POLLOUT | POLLWRNORM);
	return error ? error : (long)rounded;
}
