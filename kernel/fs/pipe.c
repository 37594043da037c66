/*
 * Pipes and FIFOs. A pipe is a ring of bytes over pages that are allocated when the ring first reaches them. pipe->lock (a
 * mutex: user memory is copied under it) guards everything but the wait queues.
 *
 * A sleeper looks at the ring without the lock, so readers and writers meet like this:
 *
 *	reader                                    writer
 *	A: wait_begin(readers): queued            C: used grows, under pipe->lock
 *	   (full barrier)                            (unlock; full barrier in waitq_active)
 *	B: used != 0?                             D: waitq_active(readers)?
 *
 * B missed C's bytes only if it came before C; then A came before D, and D wakes. The same holds with the roles swapped
 * (room, writers), and for the counts of ends when one of them is closed. A false alarm costs one more look under the lock.
 */
#include "fs/pipe.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

#define PIPEFS_MAGIC 0x50495045
#define FIONREAD 0x541b

/* Letters: [p] lock to change, read without it by sleepers and poll. */
struct pipe {
	struct mutex lock;		/* RANK_OBJECT */
	u64 tail;			/* [p] position of the oldest byte */
	u64 used;			/* [p] bytes in it */
	u64 capacity;			/* [p] a power of two, at least a page */
	struct page **pages;		/* [p] capacity / PAGE_SIZE of them, NULL until used */
	unsigned readers, writers;	/* [p] open ends */
	unsigned opened_readers, opened_writers;	/* [p] ends ever opened: a FIFO's opener waits for one more */
	struct waitq read_wait, write_wait;
};

static struct slab_cache *pipe_cache;
static struct filesystem pipe_fs = { .type = "pipefs", .magic = PIPEFS_MAGIC, .device = 4 };
static struct mutex fifo_lock;		/* guards inode->data of FIFOs: the first open makes the pipe. RANK_OBJECT, outside pipe->lock */

static const struct inode_ops pipe_inode_ops = { .evict = pipe_evict };

void pipe_init(void)
{
	pipe_cache = slab_cache_create("pipe", sizeof(struct pipe), CACHE_LINE);
	mutex_init(&fifo_lock, "fifo", RANK_OBJECT);
	ASSERT(pipe_cache);
}

static struct pipe *pipe_alloc(void)
{
	struct pipe *p = slab_zalloc(pipe_cache);

	if (!p)
		return NULL;
	p->capacity = PIPE_DEFAULT_SIZE;
	p->pages = kzalloc(p->capacity / PAGE_SIZE * sizeof(*p->pages));
	if (!p->pages) {
		slab_free(pipe_cache, p);
		return NULL;
	}
	mutex_init(&p->lock, "pipe", RANK_OBJECT);
	waitq_init(&p->read_wait);
	waitq_init(&p->write_wait);
	return p;
}

static void free_pages(struct page **pages, u64 count)
{
	for (u64 i = 0; i < count; i++)
		if (pages[i])
			page_put(pages[i]);
	kfree(pages);
}

static void pipe_free(struct pipe *p)
{
	free_pages(p->pages, p->capacity / PAGE_SIZE);
	slab_free(pipe_cache, p);
}

void pipe_evict(struct inode *inode)
{
	if (S_ISFIFO(inode->mode) && inode->data)
		pipe_free(inode->data);
}

static u64 used(const struct pipe *p) { return READ_ONCE(p->used); }
static u64 room(const struct pipe *p) { return p->capacity - used(p); }

static void wake(struct waitq *q, unsigned events)
{
	if (waitq_active(q))
		wait_wake(q, events);
}

/* The memory of the ring at position `at`; NULL when memory is out. */
static u8 *ring_at(struct pipe *p, u64 at) REQUIRES(p->lock)
{
	struct page **slot = &p->pages[(at & (p->capacity - 1)) / PAGE_SIZE];

	if (!*slot)
		*slot = page_alloc(0, 0);
	return *slot ? (u8 *)page_to_virt(*slot) + at % PAGE_SIZE : NULL;
}

/* Move what there is to the reader: bytes, or -EFAULT when its memory takes none. */
static ssize_t take(struct pipe *p, struct uio *u) REQUIRES(p->lock)
{
	ssize_t done = 0;

	while (u->left && used(p)) {
		size_t n = MIN(MIN(u->left, used(p)), PAGE_SIZE - p->tail % PAGE_SIZE);
		size_t moved = uio_read_in(u, ring_at(p, p->tail), n);

		p->tail += moved;
		WRITE_ONCE(p->used, p->used - moved);
		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
	}
	/* Start over at the first page: a pipe that is emptied each time stays in one page that is in the cache. */
	if (used(p) == 0)
		p->tail = 0;
	return done;
}

/* Move what fits from the writer: bytes, or -EFAULT, -ENOMEM when none. */
static ssize_t fill(struct pipe *p, struct uio *u) REQUIRES(p->lock)
{
	ssize_t done = 0;

	while (u->left && room(p)) {
		u64 head = p->tail + p->used;
		size_t n = MIN(MIN(u->left, room(p)), PAGE_SIZE - head % PAGE_SIZE), moved;
		u8 *memory = ring_at(p, head);

		if (!memory)
			return done ? done : -ENOMEM;
		moved = uio_write_out(u, memory, n);
		WRITE_ONCE(p->used, p->used + moved);
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
		n = take(p, u);
		if (n == 0 && p->writers && (f->flags & O_NONBLOCK))
			n = -EAGAIN;
		if (n || !p->writers)
			break;
		mutex_unlock(&p->lock);
		n = wait_event_interruptible(&p->read_wait, used(p) || !READ_ONCE(p->writers));
		if (n)
			return n;
	}
	mutex_unlock(&p->lock);
	if (n > 0)
		wake(&p->write_wait, POLLOUT | POLLWRNORM);
	return n;
}

/* How much room a write of `left` bytes waits for: up to PIPE_BUF bytes go in one piece. */
static u64 needed_room(u64 total, u64 left)
{
	return total <= PIPE_BUF ? left : 1;
}

/* One look at the pipe, the lock held: bytes moved, 0 to wait, or why not. */
static ssize_t write_some(struct file *f, struct pipe *p, struct uio *u, u64 total) REQUIRES(p->lock)
{
	if (!p->readers)
		return -EPIPE;
	if (room(p) >= needed_room(total, u->left))
		return fill(p, u);
	return f->flags & O_NONBLOCK ? -EAGAIN : 0;
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
			wake(&p->read_wait, POLLIN | POLLRDNORM);
		}
		if (n < 0 || u->left == 0)
			break;
		if (n > 0)
			continue;
		n = wait_event_interruptible(&p->write_wait, room(p) >= needed_room(total, u->left) || !READ_ONCE(p->readers));
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
		p->tail = p->used = 0;
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
	files[0]->flags = O_RDONLY | flags;
	files[1]->flags = O_WRONLY | flags;
	return 0;
}

bool file_is_pipe(const struct file *f)
{
	return f->ops == &fifo_file_ops;
}

long pipe_get_size(struct file *f)
{
	struct pipe *p = f->inode->data;

	return (long)READ_ONCE(p->capacity);
}

/*
 * In a ring that is nearly full, the newest n bytes may stand in front of the oldest in one page: a page of their own, or
 * NULL when memory is out.
 */
static struct page *copy_wrapped(struct pipe *p, u64 n) REQUIRES(p->lock)
{
	struct page *copy = page_alloc(0, 0);

	if (copy)
		memcpy(page_to_virt(copy), page_to_virt(p->pages[(p->tail & (p->capacity - 1)) / PAGE_SIZE]), n);
	return copy;
}

/* Move the contents to the start of a ring of another size. */
static long resize(struct pipe *p, u64 size) REQUIRES(p->lock)
{
	u64 left = used(p), at = p->tail, start = p->tail % PAGE_SIZE, slot = 0;
	struct page **pages;

	if (size == p->capacity)
		return (long)size;
	if (left && ALIGN_UP(start + left, PAGE_SIZE) > size)
		return -EBUSY;
	pages = kzalloc(size / PAGE_SIZE * sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	if (start + left > p->capacity) {
		pages[p->capacity / PAGE_SIZE] = copy_wrapped(p, start + left - p->capacity);
		if (!pages[p->capacity / PAGE_SIZE]) {
			kfree(pages);
			return -ENOMEM;
		}
		left = p->capacity - start;
	}
	for (u64 end = p->tail + left; at < end; at = ALIGN_DOWN(at, PAGE_SIZE) + PAGE_SIZE) {
		struct page **from = &p->pages[(at & (p->capacity - 1)) / PAGE_SIZE];

		pages[slot++] = *from;
		*from = NULL;
	}
	free_pages(p->pages, p->capacity / PAGE_SIZE);
	p->pages = pages;
	p->capacity = size;
	p->tail = start;
	return (long)size;
}

long pipe_set_size(struct file *f, u64 size)
{
	struct pipe *p = f->inode->data;
	u64 rounded = PAGE_SIZE;
	long result;

	if (size > INT32_MAX)
		return -EINVAL;
	while (rounded < size)
		rounded *= 2;
	if (rounded > PIPE_MAX_SIZE && !cred_is_root(current->cred))
		return -EPERM;
	mutex_lock(&p->lock);
	result = resize(p, rounded);
	mutex_unlock(&p->lock);
	wake(&p->write_wait, POLLOUT | POLLWRNORM);
	return result;
}
