/*
 * Packets: what travels between drivers, protocols and sockets.
 *
 *  - A packet has one owner; a function that "takes" a packet owns it from the call on, whatever it returns.
 *  - Its bytes are a linear part, where headers are read and pushed, and behind it fragments: pieces of pages, each
 *    with a reference of its own. Payload is never copied between driver and socket: it moves by reference.
 *  - Fragments are read-only for everyone: several packets (a retransmission, a capture) and a page cache may share a page.
 *    Only whoever made a packet writes its linear part, and only as long as it owns it.
 *  - No lock: the owner's. Allocation never sleeps; task context or an interrupt.
 */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include "lib/list.h"
#include "lib/types.h"
#include "mm/frame.h"
#include "net/address.h"

struct netdev;

#define PACKET_HEADROOM  128u		/* enough for Ethernet with a tag, IPv6 and TCP with all its options */
#define PACKET_FRAGMENTS 18u		/* 64 KiB at any offset in 4 KiB pages, and one for a split first page */
#define PACKET_MAX       65535u		/* bytes, headers of the network layer included */

/* What is known of the transport checksum. */
enum packet_checksum {
	CHECKSUM_NONE,		/* in: not looked at yet; out: complete, or the protocol has none */
	CHECKSUM_VERIFIED,	/* in: the device, or a sender on this machine, vouches for it */
	/*
	 * Out: the 16 bits at checksum_start + checksum_offset hold the pseudo header's sum, and whoever puts the packet on a
	 * wire completes it over [checksum_start, end). On loopback it stays like this, and counts as verified.
	 */
	CHECKSUM_PARTIAL,
};

/* How a packet larger than the MTU is to be cut by the device (or by netdev_transmit for a device that cannot). */
enum packet_segmentation {
	SEGMENT_NONE,
	SEGMENT_TCP4,
	SEGMENT_TCP6,
	SEGMENT_UDP,		/* USO: datagrams of segment_size each */
};

struct fragment {
	struct page *page;	/* referenced */
	u32 offset, length;	/* inside one frame, or inside one block of physically contiguous frames; length > 0 */
};

/* Letters: [o] the owner's. */
struct packet {
	struct list link;		/* [o] in a queue of its owner */
	struct netdev *device;		/* [o] it came in on, or leaves by; NULL: not decided yet */
	u8 *room, *data, *room_end;	/* [o] the linear part is [data, data + linear) inside [room, room_end) */
	struct page *room_page;		/* [o] the page that `room` lies in, referenced; NULL: the room lies behind this structure */
	u32 linear;			/* [o] bytes in the linear part */
	u32 length;			/* [o] bytes in all */
	u16 fragment_count;
	u8 checksum;			/* [o] enum packet_checksum */
	u8 segmentation;		/* [o] enum packet_segmentation */
	u16 segment_size;		/* [o] payload bytes a segment, when segmentation is not NONE */
	u16 checksum_start, checksum_offset;	/* [o] with CHECKSUM_PARTIAL: from `room`; and from checksum_start */
	u16 link_header;		/* [o] offsets from `room`: where each layer's header begins */
	u16 network_header;
	u16 transport_header;
	bool broadcast;			/* [o] in: its link address was broadcast or multicast */
	bool looped;			/* [o] in: this machine sent it to many, and hears it as one of them */
	struct ip_packet ip;		/* [o] what the network layer read, or is to write */
	u64 time;			/* [o] clock_now() at arrival or departure, for time stamps and round-trip times */
	u64 control[8];			/* [o] the owning protocol's notes; what it holds has no meaning for the next owner */
	struct fragment fragments[PACKET_FRAGMENTS];	/* [o] */
};

/* An empty packet with PACKET_HEADROOM bytes in front and room for `size` linear bytes behind. NULL when memory is out. */
struct packet *packet_alloc(u32 size) __must_check;

/*
 * A packet around bytes that lie in a page already: [offset, offset + length) is the linear part, without copying; the page's
 * reference is taken over. NULL when memory is out: then the reference stays the caller's.
 */
struct packet *packet_wrap(struct page *page, u32 offset, u32 length) __must_check;

/* A second packet with the same bytes: fragments shared, the linear part copied. NULL when memory is out. */
struct packet *packet_clone(const struct packet *p) __must_check;

void packet_free(struct packet *p);		/* takes it; NULL is nothing */
void packet_free_list(struct list *packets);	/* all of them; the list is empty afterwards */

static inline u32 packet_headroom(const struct packet *p) { return (u32)(p->data - p->room); }
static inline u32 packet_tailroom(const struct packet *p) { return (u32)(p->room_end - p->data) - p->linear; }
static inline u32 packet_fragment_bytes(const struct packet *p) { return p->length - p->linear; }

/* Grow the linear part at its front by n bytes that the headroom has; returns their address. */
u8 *packet_push(struct packet *p, u32 n);

/* Grow it at its end by n bytes that the tailroom has, before any fragment was added; returns their address. */
u8 *packet_put(struct packet *p, u32 n);

/*
 * Make the first n bytes linear, moving them out of fragments when needed. Their address, or NULL when the packet is shorter or
 * memory is out: every parser calls it before it reads, and drops the packet on NULL. Addresses from before are stale.
 */
u8 *packet_linear(struct packet *p, u32 n) __must_check;

/* Take n bytes off the front (a header that was read), fragments included; n <= length. */
void packet_pull(struct packet *p, u32 n);

/* Keep the first n bytes (padding, a lying length); nothing when it is that short already. */
void packet_trim(struct packet *p, u32 n);

/* Add a fragment behind everything, taking the page's reference over; grows the last one where it goes on. False when full. */
bool packet_add_fragment(struct packet *p, struct page *page, u32 offset, u32 length) __must_check;

/*
 * Add the bytes [from, from + n) of `source`'s fragments and linear part behind p's own by reference (the linear part must lie in a
 * page). False, and nothing added, when it does not fit.
 */
bool packet_share(struct packet *p, const struct packet *source, u32 from, u32 n) __must_check;

/* Copy [from, from + n) of the packet to a kernel buffer; the range lies inside. */
void packet_copy_out(const struct packet *p, u32 from, void *buffer, u32 n);

struct uio;
/* Copy [from, from + n) of the packet to user memory (or a kernel buffer): bytes copied, less than n only on a fault. May sleep. */
size_t packet_to_uio(const struct packet *p, u32 from, struct uio *u, u32 n);

static inline u8 *packet_network(const struct packet *p) { return p->room + p->network_header; }
static inline u8 *packet_transport(const struct packet *p) { return p->room + p->transport_header; }
static inline void packet_mark_network(struct packet *p) { p->network_header = (u16)(p->data - p->room); }
static inline void packet_mark_transport(struct packet *p) { p->transport_header = (u16)(p->data - p->room); }

/* ---- Checksums (RFC 1071): sums are of 16-bit words in memory order, folded or not; the checksum is ~folded. ---- */

u32 checksum_add(u32 sum, const void *data, size_t n);	/* n odd: only for the last piece */
u16 checksum_fold(u32 sum);				/* the 16-bit ones' complement sum, not inverted */
u32 packet_sum(const struct packet *p, u32 from, u32 n, u32 sum);	/* … over [from, from + n) of a packet, odd pieces handled */

/* The sum of the pseudo header of IPv4 or IPv6 (RFC 9293, 3.1; RFC 8200, 8.1). */
u32 checksum_pseudo(const struct ip_address *source, const struct ip_address *destination, u8 protocol, u32 length);

/* Is the transport checksum of [data, end) right, by what is known or by summing? `pseudo`: checksum_pseudo's. Task context. */
bool packet_verify(struct packet *p, u32 pseudo);

/* Complete a CHECKSUM_PARTIAL packet in software, for a device that cannot. */
void packet_complete_checksum(struct packet *p);

#endif
