/* sources: kernel/net/address.c kernel/net/arp.c kernel/net/checksum.c kernel/net/ethernet.c kernel/net/icmp.c kernel/net/icmp6.c
   kernel/net/ip4.c kernel/net/ip6.c kernel/net/ip_input.c kernel/net/ip_output.c kernel/net/nd.c kernel/net/nd_config.c
   kernel/net/neighbour.c kernel/net/netdev.c kernel/net/packet.c kernel/net/packet_copy.c kernel/net/reassemble.c kernel/net/route.c
   kernel/net/route_lookup.c kernel/net/segment.c kernel/net/bpf.c kernel/net/error_queue.c kernel/net/igmp.c
   kernel/net/mld.c kernel/net/multicast.c kernel/net/raw.c kernel/net/udp.c
   kernel/net/udp_input.c kernel/fs/uio.c kernel/lib/string.c kernel/lib/printf.c tests/support/host.c */
/*
 * The whole input path from Ethernet to UDP: ARP, IPv4, IPv6 with its extension headers, fragments, ICMP, neighbour discovery and router
 * advertisements. The fuzzer's bytes are records: whole frames, or IPv4, IPv6, ICMP and UDP bodies whose headers and sums are right, so that
 * it gets past them; and steps of time. No byte is read beyond a packet, nothing leaks, and what is held is bounded.
 */
#include <stddef.h>
#include <stdint.h>

#include "net_host.h"

#include "net/ethernet.h"
#include "net/ip_input.h"
#include "net/nd.h"
#include "net/netlink.h"
#include "net/neighbour.h"
#include "net/reassemble.h"
#include "net/route.h"
#include "net/tcp.h"
#include "net/udp_internal.h"

static const u8 our_mac[ETHERNET_ALEN] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static struct netdev_stats stats[1];
static u64 sent;

/* TCP has its own fuzzer (fuzz_tcp.c). */
void tcp_input(struct packet *p) { packet_free(p); }
void tcp_error(const struct ip_error *e) { }
void netlink_link_changed(const struct netdev *d) { }
void netlink_address_changed(const struct netdev *d, const struct netdev_address *a, bool gone) { }
void netlink_route_changed(const struct route_entry *e, bool gone) { }
void netlink_neighbour_changed(const struct neighbour *n, bool gone) { }
void inet_options_init(struct inet_options *o, bool v6) { }
void loopback_hear(struct packet *p) { packet_free(p); }
int inet_address_out(const struct socket *s, const struct endpoint *e, struct socket_address *a) { return sizeof(struct sockaddr_in); }
int control_put(struct control_sink *sink, int level, int type, const void *data, u32 size) { return 0; }

int inet_put_control(const struct inet_options *o, const struct socket *s, const struct packet *p, struct control_sink *sink)
{
	return p->device ? 0 : -1;
}
void wait_wake_all(struct waitq *q, unsigned events) { }

/* What leaves is a frame that some other machine could read: walked byte by byte. */
static int transmit(struct netdev *d, struct packet *p, bool more)
{
	static u8 bytes[PACKET_MAX + PACKET_HEADROOM];

	if (p->length < ETHERNET_HEADER || p->length > d->mtu + ETHERNET_HEADER)
		abort();
	packet_copy_out(p, 0, bytes, p->length);
	for (u32 i = 0; i < p->length; i++)
		sent += bytes[i];
	packet_free(p);
	return 0;
}

static const struct netdev_ops ops = { .transmit = transmit };
static struct netdev device = {
	.type = ARPHRD_ETHER, .header_length = ETHERNET_HEADER, .mtu = 1500, .max_mtu = 65535, .ops = &ops, .stats = stats,
};

static struct udp *receiver;

static void begin(void)
{
	struct netdev_address ours = {
		.address = ip4_from_be(be32(0x0a00020f)), .prefix = 24, .preferred_until = TIME_NEVER, .valid_until = TIME_NEVER,
	};
	struct endpoint e = { .port = 7 };

	make_memory();
	route_init();
	neighbour_init();
	reassemble_init();
	udp_init();
	memcpy(device.mac, our_mac, sizeof(our_mac));
	if (netdev_register(&device, "eth%d") != 0 || netdev_set_flags(&device, IFF_UP) != 0)
		abort();
	if (address_add(&device, &ours, true) != 0)
		abort();
	receiver = udp_alloc(true);
	receiver->options.receive_errors = receiver->options.receive_v6_errors = true;
	receiver->queue_max = 1 << 16;
	if (udp_bind(receiver, &e) != 0)
		abort();
}

/* The frame as a driver gives it: all in one page, in pieces, or in the room behind the structure. */
static void give(const u8 *bytes, u32 n, unsigned shape)
{
	u32 linear = shape % 3 == 0 ? n : MIN(n, shape % 3 == 1 ? 20u + shape : 0u + MIN(n, 60u));
	struct packet *p = packet_alloc(linear);

	memcpy(packet_put(p, linear), bytes, linear);
	for (u32 at = linear; at < n;) {
		struct page *page = page_alloc(0, 0);
		u32 part = MIN(n - at, 700u);

		memcpy(page_to_virt(page), bytes + at, part);
		if (!packet_add_fragment(p, page, 0, part))
			abort();
		at += part;
	}
	p->device = &device;
	netdev_receive(p);
	net_run();
}

static u32 ethernet_header(u8 *f, u16 type, bool everybody)
{
	memcpy(f, our_mac, ETHERNET_ALEN);
	if (everybody)
		memset(f, 0xff, ETHERNET_ALEN);
	memcpy(f + 6, (u8[]){ 0x52, 0, 0, 0, 0, 1 }, ETHERNET_ALEN);
	store_be16(f + 12, type);
	return ETHERNET_HEADER;
}

/* The transport's sum over a pseudo header, where the protocol has one. */
static void fix_sum(u8 *body, u32 n, u8 protocol, const struct ip_address *from, const struct ip_address *to)
{
	u32 at = protocol == IPPROTO_UDP ? 6 : 2;
	u32 pseudo = protocol == IPPROTO_ICMP ? 0 : checksum_pseudo(from, to, protocol, n);
	u16 sum;

	if (n < at + 2)
		return;
	if (protocol == IPPROTO_UDP && n >= 8) {
		store_be16(body + 2, 7);
		store_be16(body + 4, (u16)n);
	}
	memset(body + at, 0, 2);
	sum = (u16)~checksum_fold(checksum_add(pseudo, body, n));
	memcpy(body + at, &sum, 2);
}

/* An IPv4 packet: flags and offset from the first two bytes, then the body. */
static void give_v4(const u8 *in, u32 n, u8 protocol, unsigned shape)
{
	static u8 f[4096];
	u32 at = ethernet_header(f, ETHERTYPE_IP4, shape & 64), body = n > 2 ? n - 2 : 0;
	struct ip_address from, to;
	u8 *h = f + at;
	u16 sum;

	memcpy(h, (u8[]){ 0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15 }, IP4_HEADER);
	store_be16(h + 2, (u16)(IP4_HEADER + body));
	if (shape & 128 && n >= 2)
		memcpy(h + 6, in, 2);
	memcpy(h + IP4_HEADER, in + 2, body);
	from = ip4_from_be(be32(0x0a000202));
	to = ip4_from_be(be32(0x0a00020f));
	if (!(shape & 128))
		fix_sum(h + IP4_HEADER, body, protocol, &from, &to);
	sum = (u16)~checksum_fold(checksum_add(0, h, IP4_HEADER));
	memcpy(h + 10, &sum, 2);
	give(f, at + IP4_HEADER + body, shape);
}

/* An IPv6 packet: the next header from the first byte. */
static void give_v6(const u8 *in, u32 n, bool icmp, unsigned shape)
{
	static u8 f[4096];
	u32 at = ethernet_header(f, ETHERTYPE_IP6, shape & 64), body = n > 1 ? n - 1 : 0;
	struct ip_address from = { .b = { 0xfe, 0x80, [15] = 1 } }, to = { .b = { 0xfe, 0x80 } };
	u8 *h = f + at;

	memcpy(to.b + 8, (u8[]){ 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56 }, 8);
	if (shape & 32)
		to = (struct ip_address){ .b = { 0xff, 2, [15] = 1 } };
	memcpy(h, (u8[]){ 0x60, 0, 0, 0, 0, 0, 0, 255 }, 8);
	store_be16(h + 4, (u16)body);
	h[6] = icmp ? IPPROTO_ICMPV6 : n ? in[0] : 59;
	memcpy(h + 8, from.b, 16);
	memcpy(h + 24, to.b, 16);
	memcpy(h + IP6_HEADER, in + 1, body);
	if (icmp)
		fix_sum(h + IP6_HEADER, body, IPPROTO_ICMPV6, &from, &to);
	give(f, at + IP6_HEADER + body, shape);
}

/* An ICMP error about a datagram that the receiver sent; the input is its type and code, then what follows them. */
static void give_error(const u8 *in, u32 n, bool v4, unsigned shape)
{
	u8 f[4096] = { 0 };
	u8 *h = f + (v4 ? 2 : 1), *inner = h + 8, *quoted = inner + (v4 ? IP4_HEADER : IP6_HEADER);
	u32 rest = n > 6 ? MIN(n - 6, 2048u) : 0;

	memcpy(h, in, MIN(n, 2u));
	memcpy(h + 4, in + 2, n > 6 ? 4 : 0);
	if (v4) {
		memcpy(inner, (u8[]){ 0x45, 0, 0, 0, 0, 1, 0, 0, 64, IPPROTO_UDP, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2 }, IP4_HEADER);
	} else {
		inner[0] = 0x60;
		inner[6] = IPPROTO_UDP;
		memcpy(inner + 8, (u8[]){ 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56 }, 16);
	}
	memcpy(quoted, (u8[]){ 0, 7, 0, 9, 0, 0, 0, 0 }, 8);
	memcpy(quoted + 8, in + 6, rest);
	if (v4)
		give_v4(f, (u32)(quoted + rest - f), IPPROTO_ICMP, shape & 127);
	else
		give_v6(f, (u32)(quoted + rest - f), true, shape & ~32u);
}

/* Read one error, into less room than it may have. */
static void read_error(unsigned room)
{
	static u8 bytes[256];
	struct socket s = { .family = AF_INET6 };
	struct socket_address from;
	struct control_sink sink = { .used = 0 };
	struct uio u;
	struct message m = { .data = &u, .address = &from, .sink = &sink };
	int error = 0;

	uio_init_kernel(&u, bytes, room);
	if (error_queue_receive(&receiver->errors, &s, &receiver->options, &m, &error) > (ssize_t)room)
		abort();
}

static void pass_time(u64 ns)
{
	u64 until = host_time + ns;

	for (;;) {
		struct timer *first = NULL;

		for (unsigned i = 0; i < armed_count; i++)
			if (armed_timers[i]->deadline <= until && (!first || armed_timers[i]->deadline < first->deadline))
				first = armed_timers[i];
		if (!first)
			break;
		host_time = MAX(host_time, first->deadline);
		timer_cancel(first);
		first->fn(first);
		net_run();
	}
	host_time = until;
}

static void record(unsigned kind, unsigned shape, const u8 *bytes, u32 n)
{
	switch (kind % 10) {
	case 0:
		give(bytes, n, shape);
		break;
	case 1:
		give_v4(bytes, n, IPPROTO_ICMP, shape);
		break;
	case 2:
		give_v4(bytes, n, IPPROTO_UDP, shape);
		break;
	case 3:
		give_v6(bytes, n, true, shape);
		break;
	case 4:
		give_v6(bytes, n, false, shape);
		break;
	case 5: {
		static u8 f[4096];
		u32 at = ethernet_header(f, ETHERTYPE_ARP, true);

		memcpy(f + at, bytes, n);
		if (n >= 6)
			memcpy(f + at, (u8[]){ 0, 1, 8, 0, 6, 4 }, 6);
		give(f, at + n, shape);
		break;
	}
	case 6:
		pass_time((u64)shape * 100 * NS_PER_MSEC);
		break;
	case 7:
		packet_free_list(&receiver->queue);
		receiver->queued = 0;
		read_error(shape);
		break;
	default:
		give_error(bytes, n, kind % 10 == 8, shape);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned objects;

	if (!page_array)
		begin();
	packet_free_list(&receiver->queue);
	receiver->queued = 0;
	while (error_queue_filled(&receiver->errors))
		read_error(0);
	pass_time(60 * NS_PER_SEC);
	neighbour_flush(&device);
	run_deferred();
	objects = objects_out;
	if (frames_out > 64 || objects > 4096)
		abort();	/* something leaks */
	while (size >= 4) {
		u32 n = MIN((u32)load_be16(data + 2) % 2048, (u32)size - 4);

		record(data[0], data[1], data + 4, n);
		data += 4 + n;
		size -= 4 + n;
		run_deferred();
		if (host_locks_held() || frames_out > 12288)
			abort();
	}
	return 0;
}
