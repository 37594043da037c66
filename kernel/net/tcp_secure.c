/*
 * What must not be guessed from outside: initial sequence numbers, the start of time stamps, SYN cookies. All are SipHash-2-4
 * (Aumasson, Bernstein) of the connection's names under keys drawn at first use. Pure but for the keys; any context.
 */
#include "net/tcp_internal.h"

#include "lib/random.h"

static u64 key[2];
static atomic32 key_state;	/* 0: none, 1: being drawn, 2: there */

static void draw_key(void)
{
	u64 fresh[2];

	if (atomic_read_acquire(&key_state) == 2)
		return;
	random_bytes(fresh, sizeof(fresh));
	if (atomic_cas(&key_state, 0, 1)) {
		key[0] = fresh[0];
		key[1] = fresh[1];
		atomic_set_release(&key_state, 2);
	}
	while (atomic_read_acquire(&key_state) != 2)
		barrier();
}

static inline u64 rotate(u64 x, unsigned n) { return x << n | x >> (64 - n); }

static void sip_round(u64 v[4])
{
	v[0] += v[1]; v[1] = rotate(v[1], 13) ^ v[0]; v[0] = rotate(v[0], 32);
	v[2] += v[3]; v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3]; v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1]; v[1] = rotate(v[1], 17) ^ v[2]; v[2] = rotate(v[2], 32);
}

u64 tcp_siphash(const void *data, size_t n)
{
	const u8 *p = data;
	u64 v[4], word, total = n;

	draw_key();
	v[0] = key[0] ^ 0x736f6d6570736575ull;
	v[1] = key[1] ^ 0x646f72616e646f6dull;
	v[2] = key[0] ^ 0x6c7967656e657261ull;
	v[3] = key[1] ^ 0x7465646279746573ull;
	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	word = total << 56;
	for (size_t i = 0; i < n; i++)
		word |= (u64)p[i] << 8 * i;
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct names {
	struct ip_address local, remote;
	u16 local_port, remote_port;
	u32 purpose, extra[2];
};

static u64 hash_names(const struct tcp_node *n, u32 purpose, u32 extra0, u32 extra1)
{
	struct names names = {
		.local = n->local, .remote = n->remote, .local_port = n->local_port, .remote_port = n->remote_port,
		.purpose = purpose, .extra = { extra0, extra1 },
	};

	return tcp_siphash(&names, sizeof(names));
}

/* RFC 6528: a clock of 64 ns and a hash of the names. */
u32 tcp_secure_seq(const struct tcp_node *n)
{
	return (u32)hash_names(n, 1, 0, 0) + (u32)(clock_now() >> 6);
}

u32 tcp_secure_ts(const struct tcp_node *n)
{
	struct tcp_node peers = *n;

	/* The same for all connections of a pair of hosts, so that time stamps rise from one to the next (RFC 7323, 5.4, RFC 6191). */
	peers.local_port = peers.remote_port = 0;
	return (u32)hash_names(&peers, 2, 0, 0);
}

/* ---- SYN cookies: 24 bits of hash over names, peer's sequence number and minute; 5 bits of minute, 3 of MSS ---- */

static const u16 cookie_mss[8] = { 536, 1220, 1300, 1400, 1440, 1460, 4312, 8960 };

#define COOKIE_LIFE 2u		/* minutes */

/* `low`: the cookie's other 8 bits, which the hash vouches for as well. */
static u32 cookie_hash(const struct tcp_node *n, u32 peer_seq, u32 minute, u32 low)
{
	return (u32)hash_names(n, 3, peer_seq, minute << 8 | low) & 0xffffff;
}

u32 tcp_cookie_make(const struct tcp_node *n, u32 peer_seq, u32 mss, u64 now)
{
	u32 minute = (u32)(now / (60 * NS_PER_SEC)), index = 0, low;

	for (u32 i = 1; i < ARRAY_SIZE(cookie_mss); i++)
		if (cookie_mss[i] <= mss)
			index = i;
	low = (minute & 31) << 3 | index;
	return cookie_hash(n, peer_seq, minute, low) << 8 | low;
}

u32 tcp_cookie_check(const struct tcp_node *n, u32 peer_seq, u32 cookie, u64 now)
{
	u32 minute = (u32)(now / (60 * NS_PER_SEC)), age = (minute - (cookie >> 3 & 31)) & 31;

	if (age >= COOKIE_LIFE || cookie >> 8 != cookie_hash(n, peer_seq, minute - age, cookie & 0xff))
		return 0;
	return cookie_mss[cookie & 7];
}
