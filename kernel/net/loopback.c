/*
 * The loopback device: what is sent is received by the same CPU, in the net_run() of the task that sent it. Each CPU has a queue that
 * it alone touches, in task context, so there is no lock. Nothing is cut, summed or copied.
 */
#include "net/netdev.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "net/ip_input.h"
#include "net/route.h"
#include "net/work.h"
#include "sched/clock.h"

#define LOOPBACK_MTU 65535u
#define QUEUE_MAX    1024u	/* packets; a sender that outruns the receiver is told so */
#define BATCH        64u

/* Letters: [C] its CPU, task context. */
struct loop {
	struct net_work work;
	struct list queue;		/* [C] struct packet */
	unsigned length;		/* [C] */
} __aligned(64);

static struct loop loops[MAX_CPUS];
static struct netdev device;

static void receive(struct net_work *w)
{
	struct loop *l = container_of(w, struct loop, work);

	for (unsigned i = 0; i < BATCH && !list_empty(&l->queue); i++) {
		struct packet *p = list_first(&l->queue, struct packet, link);

		list_del(&p->link);
		l->length--;
		if (p->looped)
			ip_receive(p);	/* it came by no device: nobody counts or taps it */
		else
			netdev_receive(p);
	}
	if (!list_empty(&l->queue))
		net_schedule_local(w);
}

static int enqueue(struct packet *p)
{
	struct loop *l = &loops[arch_cpu_id()];

	if (l->length >= QUEUE_MAX) {
		packet_free(p);
		return -ENOBUFS;
	}
	list_add_tail(&l->queue, &p->link);
	l->length++;
	net_schedule_local(&l->work);
	return 0;
}

static int transmit(struct netdev *d, struct packet *p, bool more) { return enqueue(p); }

void loopback_hear(struct packet *p) { (void)enqueue(p); }

static const struct netdev_ops ops = { .transmit = transmit };

static void add_address(struct ip_address address, u8 prefix)
{
	struct netdev_address a = {
		.address = address, .prefix = prefix, .flags = IFA_F_PERMANENT, .preferred_until = TIME_NEVER, .valid_until = TIME_NEVER,
	};

	if (address_add(&device, &a, true) < 0)
		panic("loopback: no memory at boot");
}

void loopback_init(void)
{
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		net_work_prepare(&loops[cpu].work, receive);
		list_init(&loops[cpu].queue);
	}
	device.type = ARPHRD_LOOPBACK;
	device.features = NETDEV_LOOPBACK | NETDEV_NO_ARP;
	device.mtu = device.max_mtu = LOOPBACK_MTU;
	device.flags = IFF_LOOPBACK;
	device.ops = &ops;
	if (netdev_register(&device, "lo") < 0)
		panic("loopback: no memory at boot");
	(void)netdev_set_flags(&device, IFF_UP);
	add_address(ip4_from_be(be32(0x7f000001)), 8);
	add_address((struct ip_address) { .b = { [15] = 1 } }, 128);
}
