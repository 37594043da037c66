/*
 * The data of virtio-console ports: buffers between the device's queues and read(2), write(2), poll(2).
 *
 * A received buffer goes device → filled list → reader → device. A reader holds read_lock while it copies from the first
 * filled buffer and the device's lock only to take it off, so user memory is never touched under a spinlock. When no reader
 * comes the device runs out of buffers, and the host waits. Output buffers go idle list → writer → device → idle list.
 *
 * Waiting: the interrupt handler changes a list under the device's lock, then wakes; a waiter queues first and then looks
 * (wait.h). Used output buffers interrupt only on demand: whoever finds no room asks for it each time, and then looks
 * once more (can_write).
 */
#include "drivers/virtio_port.h"

#include "lib/error.h"
#include "mm/frame.h"
#include "mm/slab.h"

#define PORT_MAJOR 244

void port_init(struct port *p, struct port_device *d, u32 id)
{
	p->device = d;
	p->id = id;
	list_init(&p->filled);
	list_init(&p->idle);
	mutex_init(&p->read_lock, "port read", RANK_OBJECT);
	mutex_init(&p->write_lock, "port write", RANK_OBJECT);
	waitq_init(&p->readers);
	waitq_init(&p->writers);
}

/* ---- Buffers ---- */

static struct port_buffer *new_buffer(void)
{
	struct page *page = page_alloc(0, 0);
	struct port_buffer *b = page ? kmalloc(sizeof(*b)) : NULL;

	if (!b) {
		if (page)
			page_put(page);
		return NULL;
	}
	list_init(&b->link);
	b->data = page_to_virt(page);
	return b;
}

static void offer_input(struct port *p, struct port_buffer *b) REQUIRES(p->device->lock)
{
	struct virtio_buffer v = { b->data, PAGE_SIZE };

	b->length = b->offset = 0;
	/* The queue has room for all of them; a broken one swallows the buffer, and the port is silent. */
	(void)virtqueue_add(p->rx, &v, 0, 1, b);
}

static bool add_buffer(struct port *p, bool input)
{
	struct port_buffer *b = new_buffer();
	irqstate s;

	if (!b)
		return false;
	s = spin_lock_irqsave(&p->device->lock);
	if (input)
		offer_input(p, b);
	else
		list_add_tail(&p->idle, &b->link);
	spin_unlock_irqrestore(&p->device->lock, s);
	return true;
}

/* What was allocated before memory ran out stays for the port's next announcement. */
bool port_fill(struct port *p)
{
	irqstate s;

	for (unsigned i = 0; i < PORT_INPUTS; i++)
		if (!add_buffer(p, true))
			return false;
	for (unsigned i = 0; i < PORT_OUTPUTS; i++)
		if (!add_buffer(p, false))
			return false;
	s = spin_lock_irqsave(&p->device->lock);
	virtqueue_kick(p->rx);
	virtqueue_enable_interrupts(p->rx);
	spin_unlock_irqrestore(&p->device->lock, s);
	return true;
}

/* ---- Interrupt ---- */

static bool collect_input(struct port *p) REQUIRES(p->device->lock)
{
	struct port_buffer *b;
	bool any = false;
	u32 length;

	do {
		while ((b = virtqueue_take(p->rx, &length))) {
			b->length = length;
			list_add_tail(&p->filled, &b->link);
			any = true;
		}
	} while (!virtqueue_enable_interrupts(p->rx));
	return any;
}

void port_interrupt(struct port *p)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);
	bool input = collect_input(p), output = virtqueue_ready(p->tx);

	spin_unlock_irqrestore(&p->device->lock, s);
	if (input)
		wait_wake_all(&p->readers, POLLIN | POLLRDNORM);
	if (output)
		wait_wake_all(&p->writers, POLLOUT | POLLWRNORM);
}

/* ---- Reading ---- */

static struct port_buffer *first_filled(struct port *p)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);
	struct port_buffer *b = list_empty(&p->filled) ? NULL : list_first(&p->filled, struct port_buffer, link);

	spin_unlock_irqrestore(&p->device->lock, s);
	return b;
}

static void recycle(struct port *p, struct port_buffer *b)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);

	list_del(&b->link);
	offer_input(p, b);
	virtqueue_kick(p->rx);
	spin_unlock_irqrestore(&p->device->lock, s);
}

/* As much as there is and the caller wants: bytes, or -EFAULT. */
static ssize_t drain(struct port *p, struct uio *u)
{
	struct port_buffer *b;
	size_t done = 0;
	bool fault = false;

	mutex_lock(&p->read_lock);
	while (!fault && u->left > 0 && (b = first_filled(p))) {
		size_t n = MIN(u->left, (u64)(b->length - b->offset)), copied = uio_read_in(u, b->data + b->offset, n);

		b->offset += (u32)copied;
		done += copied;
		fault = copied < n;
		if (b->offset == b->length)
			recycle(p, b);
	}
	mutex_unlock(&p->read_lock);
	return done > 0 || !fault ? (ssize_t)done : -EFAULT;
}

static bool has_input(struct port *p)
{
	return READ_ONCE(p->filled.next) != &p->filled;
}

static ssize_t port_read(struct file *f, struct uio *u, u64 *pos)
{
	struct port *p = f->data;

	for (;;) {
		bool end = READ_ONCE(p->hung_up);	/* before the look at the data: what came earlier is still read */
		ssize_t n = drain(p, u);

		if (n != 0 || u->left == 0 || end)
			return n;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		n = wait_event_interruptible(&p->readers, has_input(p) || READ_ONCE(p->hung_up));
		if (n < 0)
			return n;
	}
}

/* ---- Writing ---- */

static void reclaim_output(struct port *p) REQUIRES(p->device->lock)
{
	struct port_buffer *b;
	u32 length;

	while ((b = virtqueue_take(p->tx, &length)))
		list_add_tail(&p->idle, &b->link);
}

/* An idle buffer, when the host listens; NULL otherwise. */
static struct port_buffer *take_idle(struct port *p)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);
	struct port_buffer *b = NULL;

	reclaim_output(p);
	if (p->host_open && !list_empty(&p->idle)) {
		b = list_first(&p->idle, struct port_buffer, link);
		list_del(&b->link);
	}
	spin_unlock_irqrestore(&p->device->lock, s);
	return b;
}

static void submit(struct port *p, struct port_buffer *b, size_t n)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);
	struct virtio_buffer v = { b->data, (u32)n };

	if (n == 0 || virtqueue_add(p->tx, &v, 1, 0, b) < 0)
		list_add_tail(&p->idle, &b->link);
	virtqueue_kick(p->tx);
	spin_unlock_irqrestore(&p->device->lock, s);
}

/* Send up to a page: bytes, 0 when there is no buffer now, or -EFAULT. */
static ssize_t send_page(struct port *p, struct uio *u)
{
	struct port_buffer *b;
	ssize_t n = 0;

	mutex_lock(&p->write_lock);
	b = take_idle(p);
	if (b) {
		size_t copied = uio_write_out(u, b->data, MIN(u->left, PAGE_SIZE));

		submit(p, b, copied);
		n = copied > 0 ? (ssize_t)copied : -EFAULT;
	}
	mutex_unlock(&p->write_lock);
	return n;
}

static bool has_output(struct port *p)
{
	return READ_ONCE(p->host_open) && (READ_ONCE(p->idle.next) != &p->idle || virtqueue_ready(p->tx));
}

/* Is there room? If not, the next buffer that comes back will interrupt: asked for before the second look. */
static bool can_write(struct port *p)
{
	irqstate s;

	if (has_output(p))
		return true;
	s = spin_lock_irqsave(&p->device->lock);
	(void)virtqueue_enable_interrupts(p->tx);
	spin_unlock_irqrestore(&p->device->lock, s);
	return has_output(p);
}

static ssize_t port_write(struct file *f, struct uio *u, u64 *pos)
{
	struct port *p = f->data;
	size_t done = 0;
	ssize_t n = 0;

	while (u->left > 0) {
		n = send_page(p, u);
		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (n == 0 && (f->flags & O_NONBLOCK))
			n = -EAGAIN;
		if (n == 0)
			n = wait_event_interruptible(&p->writers, can_write(p));
		if (n < 0)
			break;
	}
	return done > 0 ? (ssize_t)done : n;
}

/* ---- The rest of a file ---- */

static unsigned port_poll(struct file *f, struct poll_table *t)
{
	struct port *p = f->data;
	unsigned events = 0;

	poll_wait(t, &p->readers);
	poll_wait(t, &p->writers);
	if (has_input(p))
		events |= POLLIN | POLLRDNORM;
	if (can_write(p))
		events |= POLLOUT | POLLWRNORM;
	if (READ_ONCE(p->hung_up))
		events |= POLLHUP | POLLIN | POLLRDNORM;
	return events;
}

static int port_open(struct inode *inode, struct file *f)
{
	struct port *p = f->data;
	irqstate s = spin_lock_irqsave(&p->device->lock);
	bool was_open = p->open;

	p->open = true;
	spin_unlock_irqrestore(&p->device->lock, s);
	if (was_open)
		return -EBUSY;
	port_tell_open(p, true);
	return 0;
}

/* What nobody read is dropped, so that the next program starts afresh. */
static void port_release(struct file *f)
{
	struct port *p = f->data;
	struct port_buffer *b;
	irqstate s;

	port_tell_open(p, false);
	mutex_lock(&p->read_lock);
	while ((b = first_filled(p)))
		recycle(p, b);
	mutex_unlock(&p->read_lock);
	s = spin_lock_irqsave(&p->device->lock);
	p->open = false;
	spin_unlock_irqrestore(&p->device->lock, s);
}

static const struct file_ops port_file_ops = {
	.open = port_open,
	.read = port_read,
	.write = port_write,
	.poll = port_poll,
	.release = port_release,
};

int port_register(struct port *p, const char *path)
{
	return device_register(path, 0600, MAKEDEV(PORT_MAJOR, p->id), &port_file_ops, p);
}
