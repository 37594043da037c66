/*
 * The multiport virtio-console device (virtio 1.1, 5.3): its control channel, and what happens in interrupts. Files
 * are in virtio_port.c.
 *
 * device->lock guards every queue, the lists of buffers and the ports' states; the interrupt handler takes it. Control
 * messages are handled by the probe until the host has nothing more to say, and by a kernel task from then on, so that
 * ports may come late; only these two take messages, one after the other. The host's messages are checked: a port number
 * beyond the device's, or a name that is no file name, is logged and ignored.
 */
#include "drivers/virtio_console.h"

#include "drivers/virtio_port.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/task.h"

#define F_MULTIPORT	(1ull << 1)
#define CONFIG_PORTS	4		/* max_nr_ports */
#define QUEUE_SIZE	64
#define CONTROL_SIZE	32		/* messages either way at once */
#define MESSAGE_SIZE	256		/* of a message from the host: a name is the longest */
#define PATIENCE	NS_PER_SEC	/* for the host to answer a control message */
#define VECTOR		0

enum queue_number { QUEUE_CONTROL_RX = 2, QUEUE_CONTROL_TX = 3 };

enum control_event {
	EVENT_DEVICE_READY, EVENT_PORT_ADD, EVENT_PORT_REMOVE, EVENT_PORT_READY, EVENT_CONSOLE_PORT, EVENT_RESIZE,
	EVENT_PORT_OPEN, EVENT_PORT_NAME,
};

struct control {
	u32 id;
	u16 event, value;
};

struct incoming {
	struct control head;
	char text[MESSAGE_SIZE - sizeof(struct control)];	/* of EVENT_PORT_NAME; not terminated */
};

/* Letters: [I] immutable after probe, [l] device->lock. */
struct control_channel {
	struct virtqueue *rx, *tx;		/* [l] */
	struct incoming *messages;		/* [I] CONTROL_SIZE of them; one is the device's or the handler's */
	struct control *replies;		/* [I] CONTROL_SIZE of them */
	u32 replies_used;			/* [l] bit i: the device has replies[i] */
	struct waitq wait;			/* for messages, and for replies that come back */
};

struct console {
	struct port_device device;		/* first */
	struct control_channel control;
};

static struct console *console_of(struct port_device *d)
{
	return container_of(d, struct console, device);
}

/* ---- Control messages ---- */

static void reclaim_replies(struct control_channel *c)
{
	struct control *r;
	u32 length;

	while ((r = virtqueue_take(c->tx, &length)))
		c->replies_used &= ~(1u << (r - c->replies));
}

static bool try_send(struct console *c, struct control message)
{
	struct control_channel *ch = &c->control;
	irqstate s = spin_lock_irqsave(&c->device.lock);
	bool sent = false;

	reclaim_replies(ch);
	if (ch->replies_used != UINT32_MAX) {
		unsigned i = (unsigned)__builtin_ctz(~ch->replies_used);
		struct virtio_buffer b = { &ch->replies[i], sizeof(message) };

		ch->replies[i] = message;
		sent = virtqueue_add(ch->tx, &b, 1, 0, &ch->replies[i]) == 0;
		ch->replies_used |= sent ? 1u << i : 0;
		virtqueue_kick(ch->tx);
	}
	virtqueue_enable_interrupts(ch->tx);
	spin_unlock_irqrestore(&c->device.lock, s);
	return sent;
}

static void send(struct console *c, u32 port, enum control_event event, u16 value)
{
	struct control message = { port, (u16)event, value };
	u64 end = clock_now() + PATIENCE;

	while (!try_send(c, message)) {
		if (wait_event_timeout(&c->control.wait, virtqueue_ready(c->control.tx), false, end) < 0) {
			log_error("virtio-console", "the host does not take control messages");
			return;
		}
	}
}

void port_tell_open(struct port *p, bool open)
{
	send(console_of(p->device), p->id, EVENT_PORT_OPEN, open);
}

static bool name_usable(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/')
			return false;
	return true;
}

static void name_port(struct port *p, const char *text, size_t length)
{
	char path[PORT_NAME_MAX + 16];
	int r;

	if (p->registered)
		return;
	length = strnlen(text, MIN(length, sizeof(p->name) - 1));
	memcpy(p->name, text, length);
	p->name[length] = '\0';
	if (!name_usable(p->name)) {
		log_warn("virtio-console", "port %u has no usable name", p->id);
		return;
	}
	scnprintf(path, sizeof(path), "virtio-ports/%s", p->name);
	r = port_register(p, path);
	if (r < 0) {
		log_error("virtio-console", "/dev/%s: error %d", path, -r);
		return;
	}
	p->registered = true;
	log_info("virtio-console", "/dev/%s", path);
}

static void set_host_open(struct port *p, bool open)
{
	irqstate s = spin_lock_irqsave(&p->device->lock);

	p->hung_up = !open && (p->host_open || p->hung_up);
	p->host_open = open;
	spin_unlock_irqrestore(&p->device->lock, s);
	wait_wake_all(&p->readers, POLLIN | POLLHUP);
	wait_wake_all(&p->writers, POLLOUT | POLLHUP);
}

static void handle_message(struct console *c, const struct incoming *m, u32 length)
{
	struct port *p = m->head.id < c->device.port_count ? &c->device.ports[m->head.id] : NULL;

	if (length < sizeof(m->head) || !p || (m->head.event != EVENT_PORT_ADD && !p->buffers_ready)) {
		log_warn("virtio-console", "control message %u for port %u ignored", m->head.event, m->head.id);
		return;
	}
	switch (m->head.event) {
	case EVENT_PORT_ADD:
		if (!p->buffers_ready)
			p->buffers_ready = port_fill(p);
		send(c, p->id, EVENT_PORT_READY, p->buffers_ready);
		break;
	case EVENT_PORT_REMOVE:
		set_host_open(p, false);
		break;
	case EVENT_PORT_OPEN:
		set_host_open(p, m->head.value);
		break;
	case EVENT_PORT_NAME:
		name_port(p, m->text, length - sizeof(m->head));
		break;
	}
}

static void offer_message(struct console *c, struct incoming *m)
{
	struct virtio_buffer b = { m, sizeof(*m) };

	(void)virtqueue_add(c->control.rx, &b, 0, 1, m);	/* there is room: it was in the queue before */
}

/* The next message, copied; false when there is none, and the next one will interrupt. */
static bool take_message(struct console *c, struct incoming *copy, u32 *length)
{
	irqstate s = spin_lock_irqsave(&c->device.lock);
	struct incoming *m;

	do
		m = virtqueue_take(c->control.rx, length);
	while (!m && !virtqueue_enable_interrupts(c->control.rx));
	if (m) {
		*copy = *m;
		offer_message(c, m);
		virtqueue_kick(c->control.rx);
	}
	spin_unlock_irqrestore(&c->device.lock, s);
	return m;
}

static bool handle_next(struct console *c)
{
	struct incoming m;
	u32 length;

	if (!take_message(c, &m, &length))
		return false;
	handle_message(c, &m, length);
	return true;
}

static void control_task(void *arg)
{
	struct console *c = arg;

	for (;;) {
		while (handle_next(c))
			;
		wait_event(&c->control.wait, virtqueue_ready(c->control.rx));
	}
}

static bool replies_pending(struct console *c)
{
	irqstate s = spin_lock_irqsave(&c->device.lock);
	bool pending;

	do
		reclaim_replies(&c->control);
	while (!virtqueue_enable_interrupts(c->control.tx));
	pending = c->control.replies_used != 0;
	spin_unlock_irqrestore(&c->device.lock, s);
	return pending;
}

/*
 * The host answers a message before it returns it: when everything that was sent has come back and no message waits,
 * all ports of now are known.
 */
static void greet(struct console *c)
{
	u64 end = clock_now() + PATIENCE;

	send(c, 0, EVENT_DEVICE_READY, 1);
	for (;;) {
		bool pending = replies_pending(c);

		if (handle_next(c))
			continue;
		if (!pending)
			return;
		if (wait_event_timeout(&c->control.wait,
				       virtqueue_ready(c->control.rx) || virtqueue_ready(c->control.tx), false, end) < 0) {
			log_warn("virtio-console", "the host is slow: its ports come later");
			return;
		}
	}
}

/* ---- Interrupts ---- */

/* One vector for all queues. Who waits for the control channel asks for its next interrupt. */
static void interrupt(void *arg)
{
	struct console *c = arg;

	for (unsigned i = 0; i < c->device.port_count; i++)
		port_interrupt(&c->device.ports[i]);
	if (virtqueue_ready(c->control.rx) || virtqueue_ready(c->control.tx))
		wait_wake_all(&c->control.wait, 0);
}

/* ---- Probe ---- */

static bool create_control(struct console *c)
{
	struct control_channel *ch = &c->control;

	waitq_init(&ch->wait);
	ch->messages = kzalloc(CONTROL_SIZE * sizeof(*ch->messages));
	ch->replies = kzalloc(CONTROL_SIZE * sizeof(*ch->replies));
	ch->rx = virtqueue_create(&c->device.virtio, QUEUE_CONTROL_RX, CONTROL_SIZE, VECTOR);
	ch->tx = virtqueue_create(&c->device.virtio, QUEUE_CONTROL_TX, CONTROL_SIZE, VECTOR);
	return ch->messages && ch->replies && ch->rx && ch->tx;
}

/* Port 0 has queues 0 and 1; 2 and 3 are the control channel; port n has 2n + 2 and 2n + 3. */
static bool create_ports(struct console *c)
{
	struct port_device *d = &c->device;
	unsigned offered = virtio_config32(&d->virtio, CONFIG_PORTS);

	d->port_count = MIN(offered, PORTS_MAX);
	for (unsigned i = 0; i < d->port_count; i++) {
		unsigned first = i == 0 ? 0 : 2 * i + 2;

		port_init(&d->ports[i], d, i);
		d->ports[i].rx = virtqueue_create(&d->virtio, first, QUEUE_SIZE, VECTOR);
		d->ports[i].tx = virtqueue_create(&d->virtio, first + 1, QUEUE_SIZE, VECTOR);
		if (!d->ports[i].rx || !d->ports[i].tx)
			return false;
	}
	return d->port_count > 0;
}

static void start(struct console *c)
{
	irqstate s = spin_lock_irqsave(&c->device.lock);

	virtio_start(&c->device.virtio);
	for (unsigned i = 0; i < CONTROL_SIZE; i++)
		offer_message(c, &c->control.messages[i]);
	virtqueue_kick(c->control.rx);
	spin_unlock_irqrestore(&c->device.lock, s);
}

int virtio_console_probe(struct pci_device *pci)
{
	struct console *c = kzalloc(sizeof(*c));
	struct task *t;
	int r;

	if (!c)
		return -ENOMEM;
	spin_init(&c->device.lock, "virtio-console", RANK_DEVICE);
	r = virtio_init(&c->device.virtio, pci, "virtio-console", F_MULTIPORT);
	if (r < 0)
		goto free;
	r = -EOPNOTSUPP;
	if (!(c->device.virtio.features & F_MULTIPORT))
		goto fail;
	r = pci_msix_request(pci, VECTOR, 0, interrupt, c);
	if (r < 0)
		goto fail;
	/* From here on the structure stays, whatever happens: the interrupt knows it. */
	r = -ENOMEM;
	t = task_create_kernel("virtio-console", control_task, c);
	if (!t || !create_control(c) || !create_ports(c)) {
		c->device.port_count = 0;
		virtio_fail(&c->device.virtio);
		return r;
	}
	start(c);
	greet(c);
	task_start(t);
	return 0;
fail:
	virtio_fail(&c->device.virtio);
free:
	kfree(c);
	return r;
}
