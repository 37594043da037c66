/* The TCP header: reading one from a packet, every length checked, and writing options. Pure; any context. */
#include "net/tcp_internal.h"

#define OPT_END 0
#define OPT_NOP 1
#define OPT_MSS 2
#define OPT_WSCALE 3
#define OPT_SACK_OK 4
#define OPT_SACK 5
#define OPT_TS 8

static void read_sack(const u8 *at, unsigned length, struct tcp_segment *s)
{
	if ((length - 2) % 8 != 0)
		return;
	for (unsigned i = 0; i < (length - 2) / 8 && i < ARRAY_SIZE(s->sack); i++) {
		s->sack[i] = (struct tcp_run){ load_be32(at + 2 + 8 * i), load_be32(at + 6 + 8 * i) };
		s->sack_count = (u8)(i + 1);
	}
}

static void read_option(const u8 *at, unsigned length, struct tcp_segment *s)
{
	bool syn = s->flags & TH_SYN;

	switch (at[0]) {
	case OPT_MSS:
		if (length == 4 && syn)
			s->mss = load_be16(at + 2);
		break;
	case OPT_WSCALE:
		if (length == 3 && syn) {
			s->has_wscale = true;
			s->wscale = MIN(at[2], (u8)TCP_WSCALE_MAX);
		}
		break;
	case OPT_SACK_OK:
		if (length == 2 && syn)
			s->sack_ok = true;
		break;
	case OPT_SACK:
		if (!syn)
			read_sack(at, length, s);
		break;
	case OPT_TS:
		if (length == 10) {
			s->has_ts = true;
			s->ts_value = load_be32(at + 2);
			s->ts_echo = load_be32(at + 6);
		}
		break;
	}
}

/* What a lying length leaves over is not looked at: the header itself is sound. */
static void read_options(const u8 *at, unsigned n, struct tcp_segment *s)
{
	unsigned i = 0;

	if (n == TCP_TS_BYTES && load_be32(at) == (OPT_NOP << 24 | OPT_NOP << 16 | OPT_TS << 8 | 10)) {
		s->has_ts = true;
		s->ts_value = load_be32(at + 4);
		s->ts_echo = load_be32(at + 8);
		return;
	}
	while (i < n && at[i] != OPT_END) {
		if (at[i] == OPT_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= n || at[i + 1] < 2 || at[i + 1] > n - i)
			return;
		read_option(at + i, at[i + 1], s);
		i += at[i + 1];
	}
}

bool tcp_parse(struct packet *p, struct tcp_segment *s)
{
	u8 *h = packet_linear(p, TCP_HEADER);
	unsigned bytes;

	if (!h)
		return false;
	bytes = (h[12] >> 4) * 4u;
	if (bytes < TCP_HEADER || bytes > p->length)
		return false;
	h = packet_linear(p, bytes);
	if (!h)
		return false;
	memset(s, 0, offsetof(struct tcp_segment, sack));
	s->packet = p;
	s->source_port = load_be16(h);
	s->destination_port = load_be16(h + 2);
	s->seq = load_be32(h + 4);
	s->ack = load_be32(h + 8);
	s->flags = h[13];
	s->window = load_be16(h + 14);
	s->urgent = load_be16(h + 18);
	s->length = p->length - bytes;
	s->end = s->seq + s->length + !!(s->flags & TH_SYN) + !!(s->flags & TH_FIN);
	if (bytes > TCP_HEADER)
		read_options(h + TCP_HEADER, bytes - TCP_HEADER, s);
	packet_pull(p, bytes);
	return true;
}

u32 tcp_put_ts(u8 *at, u32 value, u32 echo)
{
	store_be32(at, OPT_NOP << 24 | OPT_NOP << 16 | OPT_TS << 8 | 10);
	store_be32(at + 4, value);
	store_be32(at + 8, echo);
	return TCP_TS_BYTES;
}

u32 tcp_put_syn_options(u8 *at, u32 mss, bool ts, u32 ts_value, u32 ts_echo, bool sack, int wscale)
{
	u32 n = 4;

	store_be32(at, (u32)OPT_MSS << 24 | 4 << 16 | mss);
	if (sack) {
		store_be32(at + n, OPT_NOP << 24 | OPT_NOP << 16 | OPT_SACK_OK << 8 | 2);
		n += 4;
	}
	if (ts)
		n += tcp_put_ts(at + n, ts_value, ts_echo);
	if (wscale >= 0) {
		store_be32(at + n, OPT_NOP << 24 | OPT_WSCALE << 16 | 3 << 8 | (u32)wscale);
		n += 4;
	}
	return n;
}
