/*
 * Pseudo-terminals: the master's file, and the driver below the terminal (tty.h) that is its other side.
 *
 * Bytes go through two buffers beside the line discipline's: to_master holds output that the terminal has let go of, so a
 * flush or a stop no longer reaches it; to_slave holds what the master wrote and the line discipline has no room for yet.
 * tty->lock of the pair guards both, and everything else that changes; pty numbers have a lock of their own.
 * Waiting is as in tty.c: change under the lock, then wake; sleepers look without it. Task context.
 */
#include "drivers/pty.h"

#include "drivers/tty.h"
#include "fs/file.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/wait.h"

#define RING_SIZE	16384u		/* a power of two */
#define CHUNK		256u		/* bytes copied at once between a ring and user memory */
#define PTYS_MAX	1024u

struct ring {
	u8 *bytes;
	u32 head, tail;			/* run freely */
};

/* Letters: [I] immutable, [l] tty.lock. */
struct pty {
	struct tty tty;			/* first: the terminal */
	unsigned number;		/* [I] */
	struct dentry *node;		/* [I until the master's end] its name; referenced */
	struct ring to_master, to_slave;	/* [l] */
	unsigned slaves;		/* [l] open files of the terminal */
	bool slave_closed;		/* [l] there was one, and none is left */
	bool master_closed;		/* [l] */
	bool locked;			/* [l] the terminal cannot be opened yet (TIOCSPTLCK) */
	bool stopped;			/* [l] the master's tcflow holds its own output */
	bool packet;			/* [l] packet mode */
	u8 status;			/* [l] TIOCPKT_ bits that the master has not read yet */
	struct mutex read_lock;		/* RANK_OBJECT: what one read takes stays in order */
	struct waitq readers, writers;	/* of the master */
};

static struct spinlock numbers_lock = SPINLOCK_INIT("pty numbers", RANK_DEVICE);
static u64 numbers_used[PTYS_MAX / 64];		/* [numbers_lock] */

/* ---- Rings ---- */

static u32 ring_used(const struct ring *r) { return READ_ONCE(r->head) - READ_ONCE(r->tail); }
static u32 ring_room(const struct ring *r) { return RING_SIZE - ring_used(r); }

static void ring_put(struct ring *r, const u8 *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		r->bytes[(r->head + i) % RING_SIZE] = bytes[i];
	WRITE_ONCE(r->head, r->head + (u32)n);
}

static size_t ring_get(struct ring *r, u8 *bytes, size_t n)
{
	n = MIN(n, ring_used(r));
	for (size_t i = 0; i < n; i++)
		bytes[i] = r->bytes[(r->tail + i) % RING_SIZE];
	WRITE_ONCE(r->tail, r->tail + (u32)n);
	return n;
}

static void ring_clear(struct ring *r)
{
	WRITE_ONCE(r->tail, r->head);
}

/* ---- The driver below the terminal ---- */

static struct pty *pty_of(struct tty *t)
{
	return container_of(t, struct pty, tty);
}

/* The terminal's output, as far as there is room for it. */
static void pty_start(struct tty *t) REQUIRES(t->lock)
{
	struct pty *p = pty_of(t);
	u8 bytes[CHUNK];
	bool any = false;
	size_t n;

	while ((n = tty_take_output(t, bytes, MIN(ring_room(&p->to_master), CHUNK))) > 0) {
		ring_put(&p->to_master, bytes, n);
		any = true;
	}
	if (any)
		wait_wake(&p->readers, POLLIN | POLLRDNORM);
}

/*
 * What the master wrote, into the line discipline, as far as that has room. A byte may become two there (PARMRK), hence
 * half of the room at once.
 */
static void pty_unthrottle(struct tty *t, struct tty_events *events) REQUIRES(t->lock)
{
	struct pty *p = pty_of(t);
	u8 bytes[CHUNK];

	while (ring_used(&p->to_slave) > 0) {
		u32 room = tty_input_room(t);

		if (room == 0) {
			tty_throttle(t);
			break;
		}
		tty_input(t, bytes, ring_get(&p->to_slave, bytes, MIN(MAX(room / 2, 1u), CHUNK)), events);
	}
	if (ring_room(&p->to_slave) >= RING_SIZE / 2 && waitq_active(&p->writers))
		wait_wake(&p->writers, POLLOUT | POLLWRNORM);
}

static void pty_changed(struct tty *t, unsigned what) REQUIRES(t->lock)
{
	struct pty *p = pty_of(t);

	if (!p->packet)
		return;
	if (what & (TIOCPKT_STOP | TIOCPKT_START))
		p->status &= (u8)~(TIOCPKT_STOP | TIOCPKT_START);
	if (what & (TIOCPKT_DOSTOP | TIOCPKT_NOSTOP))
		p->status &= (u8)~(TIOCPKT_DOSTOP | TIOCPKT_NOSTOP);
	p->status |= (u8)what;
	wait_wake(&p->readers, POLLPRI | POLLIN | POLLRDNORM);
}

static int pty_opened(struct tty *t)
{
	struct pty *p = pty_of(t);
	irqstate s = spin_lock_irqsave(&t->lock);
	int r = p->master_closed || p->locked ? -EIO : 0;

	if (r == 0) {
		p->slaves++;
		p->slave_closed = false;
	}
	spin_unlock_irqrestore(&t->lock, s);
	return r;
}

static void pty_closed(struct tty *t)
{
	struct pty *p = pty_of(t);
	irqstate s = spin_lock_irqsave(&t->lock);

	p->slaves--;
	p->slave_closed = p->slaves == 0;
	if (p->slave_closed) {
		wait_wake_all(&p->readers, POLLIN | POLLHUP);
		wait_wake_all(&p->writers, POLLOUT | POLLHUP);
	}
	spin_unlock_irqrestore(&t->lock, s);
}

static int take_number(void)
{
	irqstate s = spin_lock_irqsave(&numbers_lock);
	int number = -ENOSPC;

	for (unsigned i = 0; i < PTYS_MAX / 64 && number < 0; i++) {
		if (numbers_used[i] == UINT64_MAX)
			continue;
		number = __builtin_ctzll(~numbers_used[i]);
		numbers_used[i] |= 1ull << number;
		number += (int)i * 64;
	}
	spin_unlock_irqrestore(&numbers_lock, s);
	return number;
}

static void give_number_back(unsigned number)
{
	irqstate s = spin_lock_irqsave(&numbers_lock);

	numbers_used[number / 64] &= ~(1ull << number % 64);
	spin_unlock_irqrestore(&numbers_lock, s);
}

static void pty_free(struct pty *p)
{
	kfree(p->to_master.bytes);
	kfree(p->to_slave.bytes);
	kfree(p);
}

static void pty_release(struct tty *t)
{
	struct pty *p = pty_of(t);

	give_number_back(p->number);
	pty_free(p);
}

static const struct tty_ops pty_ops = {
	.start = pty_start,
	.unthrottle = pty_unthrottle,
	.changed = pty_changed,
	.opened = pty_opened,
	.closed = pty_closed,
	.release = pty_release,
	.is_pty = true,
};

/* ---- The master: reading ---- */

static bool has_status(const struct pty *p)
{
	return READ_ONCE(p->packet) && READ_ONCE(p->status) != 0;
}

static bool readable(const struct pty *p)
{
	return ring_used(&p->to_master) > 0 || has_status(p);
}

/* The packet's first byte: 1 when it is all of the packet, 0 when data follows, -EAGAIN for no packet, -EFAULT. */
static ssize_t take_status(struct pty *p, struct uio *u) REQUIRES(p->read_lock)
{
	irqstate s = spin_lock_irqsave(&p->tty.lock);
	u8 status = p->status;
	bool data = ring_used(&p->to_master) > 0;

	p->status = 0;
	spin_unlock_irqrestore(&p->tty.lock, s);
	if (status == 0 && !data)
		return -EAGAIN;
	if (uio_read_in(u, &status, 1) == 0)
		return -EFAULT;
	return status != 0;
}

static ssize_t take_data(struct pty *p, struct uio *u) REQUIRES(p->read_lock)
{
	u8 bytes[CHUNK];
	ssize_t done = 0;
	size_t n, copied = 0;

	do {
		irqstate s = spin_lock_irqsave(&p->tty.lock);

		n = ring_get(&p->to_master, bytes, MIN(u->left, CHUNK));
		pty_start(&p->tty);
		spin_unlock_irqrestore(&p->tty.lock, s);
		copied = uio_read_in(u, bytes, n);
		done += (ssize_t)copied;
	} while (n > 0 && copied == n && u->left > 0);
	return n > 0 && done == 0 ? -EFAULT : done;
}

/* What there is: bytes, 0 for nothing, or -EFAULT. */
static ssize_t take(struct pty *p, struct uio *u)
{
	bool packet = READ_ONCE(p->packet);
	ssize_t first = 0, n = 0;

	mutex_lock(&p->read_lock);
	if (packet)
		first = take_status(p, u);
	if (first == 0)
		n = take_data(p, u);
	mutex_unlock(&p->read_lock);
	if (first != 0)
		return first == -EAGAIN ? 0 : first;
	return packet ? MAX(n, 0) + 1 : n;
}

static ssize_t master_read(struct file *f, struct uio *u, u64 *pos)
{
	struct pty *p = f->data;
	ssize_t n;

	if (u->left == 0)
		return 0;
	for (;;) {
		bool closed = READ_ONCE(p->slave_closed);

		n = take(p, u);
		if (n != 0)
			return n;
		if (closed)
			return -EIO;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		n = wait_event_interruptible(&p->readers, readable(p) || READ_ONCE(p->slave_closed));
		if (n < 0)
			return n;
	}
}

/* ---- The master: writing ---- */

static size_t push(struct pty *p, const u8 *bytes, size_t n)
{
	struct tty_events events = { 0 };
	irqstate s = spin_lock_irqsave(&p->tty.lock);

	n = p->stopped ? 0 : MIN(n, ring_room(&p->to_slave));
	ring_put(&p->to_slave, bytes, n);
	if (!p->tty.throttled)
		pty_unthrottle(&p->tty, &events);
	spin_unlock_irqrestore(&p->tty.lock, s);
	tty_deliver(&p->tty, &events);
	return n;
}

static bool writable(const struct pty *p)
{
	return !READ_ONCE(p->stopped) && ring_room(&p->to_slave) > 0;
}

static int write_chunk(struct file *f, const u8 *bytes, size_t n, size_t *done)
{
	struct pty *p = f->data;
	size_t at = 0;
	int r = 0;

	while (r == 0) {
		size_t pushed = push(p, bytes + at, n - at);

		at += pushed;
		*done += pushed;
		if (at == n)
			break;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		r = wait_event_interruptible(&p->writers, writable(p));
	}
	return r;
}

static ssize_t master_write(struct file *f, struct uio *u, u64 *pos)
{
	u8 bytes[CHUNK];
	size_t done = 0;
	int r = 0;

	while (r == 0 && u->left > 0) {
		size_t n = uio_write_out(u, bytes, MIN(u->left, CHUNK));

		r = n == 0 ? -EFAULT : write_chunk(f, bytes, n, &done);
	}
	return done > 0 ? (ssize_t)done : r;
}

static unsigned master_poll(struct file *f, struct poll_table *table)
{
	struct pty *p = f->data;
	unsigned events = 0;

	poll_wait(table, &p->readers);
	poll_wait(table, &p->writers);
	if (readable(p))
		events |= POLLIN | POLLRDNORM;
	if (has_status(p))
		events |= POLLPRI;
	if (writable(p))
		events |= POLLOUT | POLLWRNORM;
	if (READ_ONCE(p->slave_closed))
		events |= POLLHUP;
	return events;
}

/* ---- The master: requests ---- */

static long put_int(int value, u64 argument)
{
	return put_user_object(UADDR(argument), &value);
}

static long set_lock(struct pty *p, u64 argument)
{
	irqstate s;
	int value, r = get_user_object(&value, UADDR(argument));

	if (r < 0)
		return r;
	s = spin_lock_irqsave(&p->tty.lock);
	p->locked = value != 0;
	spin_unlock_irqrestore(&p->tty.lock, s);
	return 0;
}

static long set_packet(struct pty *p, u64 argument)
{
	irqstate s;
	int value, r = get_user_object(&value, UADDR(argument));

	if (r < 0)
		return r;
	s = spin_lock_irqsave(&p->tty.lock);
	if (value != 0 && !p->packet)
		p->status = 0;
	p->packet = value != 0;
	spin_unlock_irqrestore(&p->tty.lock, s);
	return 0;
}

/* TIOCGPTPEER: the terminal without its name, which may not be reachable. A descriptor. */
static long open_peer(struct pty *p, u32 flags)
{
	struct inode *inode = p->node->inode;
	struct file *f;
	int fd;

	flags &= O_ACCMODE | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	fd = fd_reserve(flags);
	if (fd < 0)
		return fd;
	inode_get(inode);
	dentry_get(p->node);
	f = file_open_inode(inode, p->node, flags);
	if (IS_ERR(f)) {
		inode_put(inode);
		dentry_put(p->node);
		fd_unreserve(fd);
		return PTR_ERR(f);
	}
	fd_install(fd, f);
	return fd;
}

/* The master's own direction: what the terminal has put out is its input. */
static long master_flush(struct pty *p, u64 what)
{
	irqstate s;

	if (what > TCIOFLUSH)
		return -EINVAL;
	s = spin_lock_irqsave(&p->tty.lock);
	if (what != TCOFLUSH) {
		ring_clear(&p->to_master);
		pty_start(&p->tty);
	}
	if (what != TCIFLUSH) {
		ring_clear(&p->to_slave);
		wait_wake_all(&p->writers, POLLOUT | POLLWRNORM);
	}
	spin_unlock_irqrestore(&p->tty.lock, s);
	return 0;
}

static long master_flow(struct pty *p, u64 action)
{
	u8 key = 0;
	irqstate s;

	if (action > TCION)
		return -EINVAL;
	s = spin_lock_irqsave(&p->tty.lock);
	if (action == TCOOFF || action == TCOON)
		p->stopped = action == TCOOFF;
	else
		key = p->tty.ldisc.termios.cc[action == TCIOFF ? VSTOP : VSTART];
	wait_wake_all(&p->writers, POLLOUT | POLLWRNORM);
	spin_unlock_irqrestore(&p->tty.lock, s);
	if (key)
		(void)push(p, &key, 1);
	return 0;
}

static long master_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct pty *p = f->data;

	switch (request) {
	case TIOCGPTN:
		return put_int((int)p->number, argument);
	case TIOCSPTLCK:
		return set_lock(p, argument);
	case TIOCGPTLCK:
		return put_int(READ_ONCE(p->locked), argument);
	case TIOCGPTPEER:
		return open_peer(p, (u32)argument);
	case TIOCPKT:
		return set_packet(p, argument);
	case TIOCGPKT:
		return put_int(READ_ONCE(p->packet), argument);
	case FIONREAD:
		return put_int((int)ring_used(&p->to_master), argument);
	case TIOCOUTQ:
		return put_int(0, argument);
	case TCFLSH:
		return master_flush(p, argument);
	case TCXONC:
		return master_flow(p, argument);
	}
	return tty_ioctl(&p->tty, true, request, argument);
}

/* ---- The master: birth and death ---- */

static struct pty *pty_create(void)
{
	struct pty *p = kzalloc(sizeof(*p));
	int number;

	if (!p)
		return ERR_PTR(-ENOMEM);
	p->to_master.bytes = kmalloc(RING_SIZE);
	p->to_slave.bytes = kmalloc(RING_SIZE);
	number = p->to_master.bytes && p->to_slave.bytes ? take_number() : -ENOMEM;
	if (number < 0) {
		pty_free(p);
		return ERR_PTR(number);
	}
	p->number = (unsigned)number;
	p->locked = true;
	mutex_init(&p->read_lock, "pty read", RANK_OBJECT);
	waitq_init(&p->readers);
	waitq_init(&p->writers);
	tty_setup(&p->tty, &pty_ops, p);
	p->tty.ldisc.termios.cflag = B38400 | CS8 | CREAD;
	return p;
}

static int master_open(struct inode *inode, struct file *f)
{
	struct pty *p = pty_create();
	struct dentry *node;

	if (IS_ERR(p))
		return (int)PTR_ERR(p);
	node = pty_fs_add(p->number, &p->tty);
	if (IS_ERR(node)) {
		tty_put(&p->tty);
		return (int)PTR_ERR(node);
	}
	p->node = node;
	f->data = p;
	return 0;
}

static void master_release(struct file *f)
{
	struct pty *p = f->data;
	irqstate s = spin_lock_irqsave(&p->tty.lock);

	p->master_closed = true;
	spin_unlock_irqrestore(&p->tty.lock, s);
	pty_fs_remove(p->node);
	tty_hangup(&p->tty);
	tty_put(&p->tty);
}

static const struct file_ops master_file_ops = {
	.open = master_open,
	.read = master_read,
	.write = master_write,
	.poll = master_poll,
	.ioctl = master_ioctl,
	.release = master_release,
};

void pty_init(void)
{
	int r = device_register("ptmx", 0666, MAKEDEV(5, 2), &master_file_ops, NULL);

	if (r == 0)
		r = pty_fs_init();
	if (r < 0)
		log_error("pty", "/dev/ptmx, /dev/pts: error %d", -r);
}
