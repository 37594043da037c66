/*
 * Internet addresses. One type for both families: an IPv4 address is its IPv4-mapped form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so
 * that TCP, UDP, routes and sockets have one of everything. Numbers are in the machine's order unless a name says `be`.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "lib/types.h"

struct ip_address {
	union {
		u8 b[16];	/* network order */
		u32 be[4];
		u64 d[2];
	};
};
_Static_assert(sizeof(struct ip_address) == 16, "RFC 4291");

struct endpoint {
	struct ip_address address;
	u16 port;
	u32 scope;		/* interface index for link-local addresses; 0: none */
};

/* What the network layer reads from a header, or is asked to write into one. */
struct ip_packet {
	struct ip_address source, destination;
	u8 protocol;		/* IPPROTO_… of the payload */
	u8 ttl;			/* or hop limit */
	u8 tos;			/* or traffic class, ECN bits included */
	bool dont_fragment;
	bool loop;		/* out: one for a group or everybody is heard by this machine too */
	bool stays;		/* out: one for a group does not go beyond this machine (a TTL of 0) */
};

static inline u16 be16(u16 x) { return __builtin_bswap16(x); }		/* either direction */
static inline u32 be32(u32 x) { return __builtin_bswap32(x); }
static inline u16 load_be16(const u8 *p) { return (u16)(p[0] << 8 | p[1]); }
static inline u32 load_be32(const u8 *p) { return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3]; }
static inline void store_be16(u8 *p, u16 x) { p[0] = (u8)(x >> 8); p[1] = (u8)x; }
static inline void store_be32(u8 *p, u32 x) { store_be16(p, (u16)(x >> 16)); store_be16(p + 2, (u16)x); }

/* IPv4 from a number in network order (as sockaddr_in and headers hold it), and back. */
static inline struct ip_address ip4_from_be(u32 be)
{
	return (struct ip_address) { .be = { 0, 0, be32(0xffff), be } };
}
static inline u32 ip4_to_be(const struct ip_address *a) { return a->be[3]; }

static inline bool ip_is_v4(const struct ip_address *a) { return a->d[0] == 0 && a->be[2] == be32(0xffff); }
static inline bool ip_equal(const struct ip_address *a, const struct ip_address *b) { return a->d[0] == b->d[0] && a->d[1] == b->d[1]; }
static inline bool ip_is_any(const struct ip_address *a)		/* 0.0.0.0 or :: */
{
	return a->d[0] == 0 && (a->d[1] == 0 || (a->be[2] == be32(0xffff) && a->be[3] == 0));
}
static inline bool ip_is_loopback(const struct ip_address *a)	/* 127.0.0.0/8 or ::1 */
{
	return ip_is_v4(a) ? a->b[12] == 127 : a->d[0] == 0 && a->be[2] == 0 && a->be[3] == be32(1);
}
static inline bool ip_is_multicast(const struct ip_address *a) { return ip_is_v4(a) ? (a->b[12] & 0xf0) == 0xe0 : a->b[0] == 0xff; }
static inline bool ip_is_link_local(const struct ip_address *a)
{
	return ip_is_v4(a) ? a->b[12] == 169 && a->b[13] == 254 : a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

/* Do the first `bits` bits agree? IPv4 prefixes count from 96: prefix 24 of IPv4 is bits 120. */
bool ip_same_prefix(const struct ip_address *a, const struct ip_address *b, unsigned bits);

#define IP_TEXT_MAX 46
/* "10.0.2.15" or RFC 5952's form of IPv6, NUL-terminated; returns text. */
char *ip_text(const struct ip_address *a, char text[IP_TEXT_MAX]);

#endif
