/*
 * The scoreboard: what the peer says it holds (RFC 2018), what that makes of the rest (RFC 6675: lost, retransmitted, in flight).
 * Kept as stretches, so its cost is of holes, not of segments; empty, and not there, while nothing is lost. Under the connection's
 * lock. A peer without SACK is followed by counting its duplicate acknowledgements, each of which stands for a segment that arrived.
 */
#include "net/tcp_internal.h"

#define DUP_THRESHOLD 3u

void tcp_sack_clear(struct tcp *c)
{
	kfree(c->scoreboard);
	c->scoreboard = NULL;
}

/* Enter [start, end); the bytes that are new. */
static u32 add_run(struct tcp_scoreboard *b, u32 start, u32 end)
{
	unsigned first = b->count, last;
	u32 covered = 0;

	while (first > 0 && !seq_before(b->runs[first - 1].end, start))
		first--;
	for (last = first; last < b->count && !seq_after(b->runs[last].start, end); last++)
		covered += b->runs[last].end - b->runs[last].start;
	if (last == first) {
		if (b->count == TCP_RUNS)
			return 0;
		memmove(b->runs + first + 1, b->runs + first, (b->count - first) * sizeof(b->runs[0]));
		b->count++;
	} else {
		start = seq_min(start, b->runs[first].start);
		end = seq_max(end, b->runs[last - 1].end);
		memmove(b->runs + first + 1, b->runs + last, (b->count - last) * sizeof(b->runs[0]));
		b->count -= last - first - 1;
	}
	b->runs[first] = (struct tcp_run){ start, end };
	b->bytes += end - start - covered;
	return end - start - covered;
}

/* RFC 2883: the first block tells of a duplicate when it lies below the acknowledgement, or inside of the second block. */
static bool is_dsack(const struct tcp_segment *s)
{
	const struct tcp_run *a = &s->sack[0], *b = &s->sack[1];

	if (!seq_after(a->end, s->ack))
		return true;
	return s->sack_count > 1 && !seq_before(a->start, b->start) && !seq_after(a->end, b->end);
}

u32 tcp_sack_update(struct tcp *c, const struct tcp_segment *s, bool *dsack)
{
	u32 fresh = 0;

	*dsack = s->sack_count > 0 && is_dsack(s);
	if (*dsack)
		tcp_count(SNMP_TCPDSACKRecv);
	for (unsigned i = *dsack; i < s->sack_count; i++) {
		const struct tcp_run *r = &s->sack[i];

		if (!seq_before(r->start, r->end) || seq_after(r->end, c->snd_nxt) || !seq_after(r->start, c->snd_una)) {
			tcp_count(SNMP_TCPSACKDiscard);
			continue;
		}
		if (!c->scoreboard) {
			c->scoreboard = kmalloc(sizeof(*c->scoreboard));
			if (!c->scoreboard)
				return fresh;	/* without it, loss is found by its time-out */
			c->scoreboard->count = c->scoreboard->bytes = 0;
		}
		fresh += add_run(c->scoreboard, r->start, r->end);
	}
	return fresh;
}

void tcp_sack_advance(struct tcp *c)
{
	struct tcp_scoreboard *b = c->scoreboard;
	unsigned gone = 0;

	if (!b)
		return;
	for (; gone < b->count && !seq_after(b->runs[gone].end, c->snd_una); gone++)
		b->bytes -= b->runs[gone].end - b->runs[gone].start;
	if (gone < b->count && seq_before(b->runs[gone].start, c->snd_una)) {
		b->bytes -= c->snd_una - b->runs[gone].start;
		b->runs[gone].start = c->snd_una;
	}
	b->count -= gone;
	memmove(b->runs, b->runs + gone, b->count * sizeof(b->runs[0]));
	if (b->count == 0)
		tcp_sack_clear(c);
}

/* RFC 6675, IsLost: three stretches above it are SACKed, or more than two segments' bytes. */
void tcp_sack_find_lost(struct tcp *c)
{
	const struct tcp_scoreboard *b = c->scoreboard;
	u32 bytes = 0;

	if (!b)
		return;
	for (unsigned i = b->count; i-- > 0;) {
		bytes += b->runs[i].end - b->runs[i].start;
		if (bytes > (DUP_THRESHOLD - 1) * c->mss || b->count - i >= DUP_THRESHOLD) {
			c->lost_edge = seq_max(c->lost_edge, b->runs[i].start);
			return;
		}
	}
}

/* Bytes of [snd_una, edge) that are not SACKed. */
static u32 unsacked_below(const struct tcp *c, u32 edge)
{
	const struct tcp_scoreboard *b = c->scoreboard;
	u32 n = seq_span(c->snd_una, edge);

	for (unsigned i = 0; b && i < b->count && seq_before(b->runs[i].start, edge); i++)
		n -= seq_min(b->runs[i].end, edge) - b->runs[i].start;
	return n;
}

/* RFC 6675, SetPipe: bytes that are in the network as far as we know. */
u32 tcp_pipe(const struct tcp *c)
{
	u32 flight = c->snd_nxt - c->snd_una, arrived, lost = 0, again = 0;

	if (likely(c->ca_state == TCP_CA_OPEN && !c->scoreboard))
		return flight;
	arrived = c->sack_ok ? tcp_sacked(c) : MIN(c->dupacks * c->mss, seq_span(c->mss, flight));
	if (c->ca_state >= TCP_CA_RECOVERY) {
		lost = unsacked_below(c, seq_min(c->lost_edge, c->snd_nxt));
		again = unsacked_below(c, c->high_rxt);
	}
	return seq_span(arrived + lost, flight) + again;
}

bool tcp_next_hole(const struct tcp *c, u32 *seq, u32 *n)
{
	const struct tcp_scoreboard *b = c->scoreboard;
	u32 at = seq_max(c->snd_una, c->high_rxt), end = seq_min(c->lost_edge, c->snd_nxt);

	for (unsigned i = 0; b && i < b->count; i++) {
		if (seq_before(at, b->runs[i].start)) {
			end = seq_min(end, b->runs[i].start);
			break;
		}
		at = seq_max(at, b->runs[i].end);
	}
	if (!seq_before(at, end))
		return false;
	*seq = at;
	*n = end - at;
	return true;
}
