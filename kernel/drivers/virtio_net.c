/*
 * The virtio network device: features, queues, control commands. Boot, except for the commands, which come in task context under the
 * device's own lock; a command is not waited for: its answer is looked at when the next one is sent.
 */
#include "drivers/virtio_net.h"

#include "drivers/virtio_net_internal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/nd.h"

/* The configuration (5.1.4). */
#define CONFIG_MAC    0
#define CONFIG_STATUS 6
#define CONFIG_PAIRS  8
#define CONFIG_MTU    10

#define WANTED (NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_MTU | NET_F_MAC | NET_F_GUEST_TSO4 | NET_F_GUEST_TSO6 | NET_F_HOST_TSO4 | \
		NET_F_HOST_TSO6 | NET_F_MRG_RXBUF | NET_F_CTRL_VQ | NET_F_CTRL_RX | NET_F_MQ | NET_F_CTRL_MAC_ADDR | NET_F_HOST_USO)

/* Control commands (5.1.6.5): class, command, data, and a byte that the device answers. */
struct command {
	u8 class, command;
	u8 data[6];
	u8 length;			/* of data */
	u8 answer;
};

#define CLASS_RX 0
#define RX_PROMISC  0
#define RX_ALLMULTI 1
#define CLASS_MAC 1
#define MAC_ADDR_SET 1
#define CLASS_MQ 4
#define MQ_PAIRS_SET 0
#define CONTROL_OK 0

static void finish_commands(struct net_device *n) REQUIRES(n->control_lock)
{
	struct command *c;
	u32 length;

	while ((c = virtqueue_take(n->control, &length))) {
		if (length < 1 || c->answer != CONTROL_OK)
			log_warn("virtio-net", "%s: the device refuses command %u.%u", n->netdev.name, c->class, c->command);
		kfree(c);
	}
}

static int command(struct net_device *n, u8 class, u8 number, const void *data, u8 length)
{
	struct command *c;
	struct virtio_buffer buffers[3];
	int result;

	if (!n->control)
		return -EOPNOTSUPP;
	c = kzalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	*c = (struct command) { .class = class, .command = number, .length = length, .answer = 0xff };
	memcpy(c->data, data, length);
	buffers[0] = (struct virtio_buffer) { &c->class, 2 };
	buffers[1] = (struct virtio_buffer) { c->data, length };
	buffers[2] = (struct virtio_buffer) { &c->answer, 1 };
	spin_lock(&n->control_lock);
	finish_commands(n);
	result = virtqueue_add(n->control, buffers, 2, 1, c);
	if (result == 0)
		virtqueue_kick(n->control);
	spin_unlock(&n->control_lock);
	if (result < 0)
		kfree(c);
	return result;
}

static int set_flags(struct netdev *d, u32 flags)
{
	struct net_device *n = container_of(d, struct net_device, netdev);
	u8 promiscuous = !!(flags & IFF_PROMISC), all = 1;	/* the device keeps no list of our groups: those of others are dropped above */

	if (!(n->virtio.features & NET_F_CTRL_RX) || !((flags ^ d->flags) & IFF_PROMISC))
		return 0;	/* without the commands a device passes everything */
	if (command(n, CLASS_RX, RX_PROMISC, &promiscuous, 1) < 0 || command(n, CLASS_RX, RX_ALLMULTI, &all, 1) < 0)
		return -EIO;
	return 0;
}

static int set_mac(struct netdev *d, const u8 mac[ETHERNET_ALEN])
{
	struct net_device *n = container_of(d, struct net_device, netdev);

	if (!(n->virtio.features & NET_F_CTRL_MAC_ADDR))
		return -EOPNOTSUPP;
	return command(n, CLASS_MAC, MAC_ADDR_SET, mac, ETHERNET_ALEN);
}

static const struct netdev_ops ops = { .transmit = virtio_net_transmit, .set_mac = set_mac, .set_flags = set_flags };

/* Two vectors a pair: receive and transmit, both to the pair's CPU. */
static int make_pair(struct net_device *n, unsigned i)
{
	struct pci_device *pci = n->virtio.pci;
	struct virtqueue *rx = virtqueue_create(&n->virtio, 2 * i, VIRTQUEUE_MAX, 2 * i);
	struct virtqueue *tx = virtqueue_create(&n->virtio, 2 * i + 1, VIRTQUEUE_MAX, 2 * i + 1);
	int result;

	if (!rx || !tx)
		return -ENOMEM;
	virtio_net_rx_init(&n->receive[i], n, rx);
	virtio_net_tx_init(&n->transmit[i], n, tx);
	result = pci_msix_request(pci, 2 * i, i % cpu_count, virtio_net_rx_interrupt, &n->receive[i]);
	return result < 0 ? result : pci_msix_request(pci, 2 * i + 1, i % cpu_count, virtio_net_tx_interrupt, &n->transmit[i]);
}

static unsigned pairs_offered(struct net_device *n)
{
	unsigned most = n->virtio.features & NET_F_MQ ? virtio_config16(&n->virtio, CONFIG_PAIRS) : 1;

	most = MIN(most, n->virtio.pci->msix_vectors / 2);
	most = MIN(most, MIN(cpu_count, PAIRS_MAX));
	return most > 0 ? most : 1;
}

static int make_queues(struct net_device *n)
{
	bool control = (n->virtio.features & NET_F_CTRL_VQ) && n->virtio.queue_count >= 3;
	unsigned control_index = n->virtio.features & NET_F_MQ ? 2u * virtio_config16(&n->virtio, CONFIG_PAIRS) : 2;
	int result = 0;

	n->pairs = control ? pairs_offered(n) : 1;
	for (unsigned i = 0; i < n->pairs && result == 0; i++)
		result = make_pair(n, i);
	if (result == 0 && control)
		n->control = virtqueue_create(&n->virtio, control_index, 64, 0xffff);	/* never interrupts */
	return result;
}

static void describe(struct net_device *n)
{
	struct netdev *d = &n->netdev;
	u64 f = n->virtio.features;

	d->type = ARPHRD_ETHER;
	d->header_length = 14;
	d->mtu = d->max_mtu = 1500;
	if ((f & NET_F_MTU) && virtio_config16(&n->virtio, CONFIG_MTU) >= 68)
		d->mtu = d->max_mtu = virtio_config16(&n->virtio, CONFIG_MTU);
	d->flags = IFF_BROADCAST | IFF_MULTICAST;
	d->features = (f & NET_F_CSUM ? NETDEV_CHECKSUM : 0) | (f & NET_F_HOST_TSO4 ? NETDEV_TSO4 : 0) |
		      (f & NET_F_HOST_TSO6 ? NETDEV_TSO6 : 0) | (f & NET_F_HOST_USO ? NETDEV_USO : 0);
	d->ops = &ops;
	if (f & NET_F_MAC) {
		for (u32 i = 0; i < ETHERNET_ALEN; i++)
			d->mac[i] = virtio_config8(&n->virtio, CONFIG_MAC + i);
	} else {
		random_bytes(d->mac, ETHERNET_ALEN);
		d->mac[0] = (u8)((d->mac[0] & 0xfe) | 2);	/* administered locally, one station's */
	}
}

static void start(struct net_device *n)
{
	u16 pairs = (u16)n->pairs;

	virtio_start(&n->virtio);
	for (unsigned i = 0; i < n->pairs; i++)
		virtio_net_rx_start(&n->receive[i]);
	if (n->pairs > 1 && command(n, CLASS_MQ, MQ_PAIRS_SET, &pairs, 2) < 0)
		n->pairs = 1;
	log_info("net", "%s: %02x:%02x:%02x:%02x:%02x:%02x, %u queue pairs, features %#lx", n->netdev.name, n->netdev.mac[0],
		 n->netdev.mac[1], n->netdev.mac[2], n->netdev.mac[3], n->netdev.mac[4], n->netdev.mac[5], n->pairs, n->virtio.features);
}

int virtio_net_probe(struct pci_device *pci)
{
	struct net_device *n = kzalloc(sizeof(*n));
	u64 wanted = WANTED;
	int result;

	if (!n)
		return -ENOMEM;
	spin_init(&n->control_lock, "virtio-net control", RANK_NETDEV);
	result = virtio_init(&n->virtio, pci, "virtio-net", wanted);
	if (result == 0 && !(n->virtio.features & NET_F_MRG_RXBUF))	/* large packets need more than a page */
		result = virtio_init(&n->virtio, pci, "virtio-net", wanted & ~(NET_F_GUEST_TSO4 | NET_F_GUEST_TSO6 | NET_F_MTU));
	if (result < 0)
		goto free;
	result = make_queues(n);
	if (result == 0) {
		describe(n);
		result = netdev_register(&n->netdev, "eth%u");
	}
	if (result < 0) {
		virtio_fail(&n->virtio);
		goto free;	/* queues stay behind, for a device that nobody trusts any more */
	}
	start(n);
	return 0;
free:
	kfree(n);
	return result;
}
