/*
 * Reassembly queues: see reassemble.h. reassemble_lock guards them all; fragments are rare, and a flood of them is what the bounds are
 * for: MEMORY_MAX bytes in all, PIECES_MAX to a packet, TIME_MAX seconds. Beyond the memory the oldest packet goes.
 */
#include "net/reassemble.h"

#include "lib/string.h"
#include "mm/slab.h"
#include "net/icmp.h"
#include "net/snmp.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/lock.h"
#include "sched/timer.h"

#define MEMORY_MAX (4u << 20)
#define PIECES_MAX 128u
#define TIME_MAX   (30ull * 1000000000)	/* as Linux's ipfrag_time; RFC 8200 says 60 */

/* In a piece's packet->control. */
enum { PIECE_OFFSET };

/* [lock] all of it. */
struct partial {
	struct list link;		/* the oldest first */
	struct fragment_key key;
	struct list pieces;		/* struct packet by offset */
	unsigned count;
	u32 total;			/* length of the whole; 0: the last piece is missing */
	u32 have;			/* bytes */
	u32 memory;
	u64 until;			/* clock_now() ns */
};

static struct spinlock lock = SPINLOCK_INIT("reassembly", RANK_ROUTE);
static LIST_HEAD(partials);	/* [lock] */
static u32 memory;		/* [lock] bytes of all pieces */
static struct timer timer;
static struct net_work work;

static u32 offset_of(const struct packet *p) { return (u32)p->control[PIECE_OFFSET]; }

static const struct page *last_page(const struct packet *p)
{
	return p->fragment_count ? p->fragments[p->fragment_count - 1].page : NULL;
}

/*
 * What holding a piece behind another (or NULL) costs: the pages of each fragment, and of the linear part where it lies in one. A
 * datagram that this machine itself cut lies in blocks of pages, which the pieces before have paid for.
 */
static u32 cost(const struct packet *p, const struct packet *before)
{
	u64 size = sizeof(struct partial) + sizeof(*p) + (p->room_page ? PAGE_SIZE : (u64)(p->room_end - p->room));
	const struct page *paid = before ? last_page(before) : NULL;

	for (unsigned i = 0; i < p->fragment_count; i++)
		if (p->fragments[i].page != paid)
			size += PAGE_SIZE << p->fragments[i].page->order;
	return (u32)size;
}

static struct partial *find(const struct fragment_key *key) REQUIRES(lock)
{
	struct partial *q;

	list_for_each(q, &partials, link)
		if (q->key.id == key->id && q->key.protocol == key->protocol && ip_equal(&q->key.source, &key->source) &&
		    ip_equal(&q->key.destination, &key->destination))
			return q;
	return NULL;
}

static void discard(struct partial *q) REQUIRES(lock)
{
	list_del(&q->link);
	memory -= q->memory;
	packet_free_list(&q->pieces);
	kfree(q);
}

static struct partial *create(const struct fragment_key *key) REQUIRES(lock)
{
	struct partial *q = kzalloc(sizeof(*q));

	if (!q)
		return NULL;
	q->key = *key;
	list_init(&q->pieces);
	q->until = clock_now() + TIME_MAX;
	list_add_tail(&partials, &q->link);
	if (!timer_armed(&timer))
		timer_arm(&timer, q->until);
	return q;
}

/* In order of offset; false when it overlaps, contradicts the length known, or is one too many. */
static bool insert(struct partial *q, struct packet *p, u32 offset, bool more) REQUIRES(lock)
{
	u32 end = offset + p->length, size;
	struct packet *next, *before = NULL;

	if (end > PACKET_MAX || q->count == PIECES_MAX || p->length == 0 || (more && p->length % 8 != 0) ||
	    (q->total && (end > q->total || (!more && end != q->total))))
		return false;
	list_for_each(next, &q->pieces, link)
		if (offset_of(next) >= offset)
			break;
	if (&next->link != &q->pieces && (end > offset_of(next) || (!more)))
		return false;
	if (next->link.prev != &q->pieces) {
		before = list_entry(next->link.prev, struct packet, link);
		if (offset_of(before) + before->length > offset)
			return false;
	}
	p->control[PIECE_OFFSET] = offset;
	list_add_tail(&next->link, &p->link);
	q->count++;
	q->have += p->length;
	size = cost(p, before);
	q->memory += size;
	memory += size;
	if (!more)
		q->total = end;
	return true;
}

/* A packet with the first piece's headers in front of its data, and nothing else yet. */
static struct packet *begin_whole(struct packet *first)
{
	u32 header = (u32)(first->data - packet_network(first));
	struct packet *whole = packet_alloc(header);

	if (!whole)
		return NULL;
	packet_mark_network(whole);
	memcpy(packet_put(whole, header), packet_network(first), header);
	packet_pull(whole, header);
	whole->device = first->device;
	whole->ip = first->ip;
	whole->broadcast = first->broadcast;
	whole->time = first->time;
	return whole;
}

/* Copy a piece behind what is there: `*room` bytes are left in the last page. Copying keeps a packet of many pieces in few pages. */
static bool copy_piece(struct packet *whole, const struct packet *piece, struct page **page, u32 *room)
{
	for (u32 done = 0, n; done < piece->length; done += n) {
		if (*room == 0) {
			*page = page_alloc(0, 0);
			if (!*page)
				return false;
			*room = PAGE_SIZE;
		} else {
			page_get(*page);
		}
		n = MIN(*room, piece->length - done);
		packet_copy_out(piece, done, (u8 *)page_to_virt(*page) + PAGE_SIZE - *room, n);
		if (!packet_add_fragment(whole, *page, PAGE_SIZE - *room, n)) {
			page_put(*page);
			return false;
		}
		*room -= n;
	}
	return true;
}

static struct packet *join(struct partial *q) REQUIRES(lock)
{
	struct packet *whole = begin_whole(list_first(&q->pieces, struct packet, link)), *piece;
	struct page *page = NULL;
	u32 room = 0;

	if (!whole)
		return NULL;
	list_for_each(piece, &q->pieces, link)
		if (!copy_piece(whole, piece, &page, &room)) {
			packet_free(whole);
			return NULL;
		}
	return whole;
}

static void count_event(const struct fragment_key *key, bool ok)
{
	if (ip_is_v4(&key->destination)) {
		snmp_add(IpReasmOKs, ok);
		snmp_add(IpReasmFails, !ok);
	} else {
		snmp_add(Ip6ReasmOKs, ok);
		snmp_add(Ip6ReasmFails, !ok);
	}
}

struct packet *reassemble(struct packet *p, const struct fragment_key *key, u32 offset, bool more)
{
	struct packet *whole = NULL;
	struct partial *q;

	if (ip_is_v4(&key->destination))
		snmp_inc(IpReasmReqds);
	else
		snmp_inc(Ip6ReasmReqds);
	spin_lock(&lock);
	q = find(key);
	if (!q)
		q = create(key);
	if (!q || !insert(q, p, offset, more)) {
		if (q)
			discard(q);
		spin_unlock(&lock);
		count_event(key, false);
		packet_free(p);
		return NULL;
	}
	if (q->total && q->have == q->total) {
		whole = join(q);
		count_event(key, whole != NULL);
		discard(q);
	}
	while (memory > MEMORY_MAX)
		discard(list_first(&partials, struct partial, link));
	spin_unlock(&lock);
	return whole;
}

/* Time exceeded is only said of a packet whose beginning came (RFC 792, RFC 8200 4.5). */
static struct packet *expire(struct partial *q) REQUIRES(lock)
{
	struct packet *first = list_empty(&q->pieces) ? NULL : list_first(&q->pieces, struct packet, link);

	if (ip_is_v4(&q->key.destination))
		snmp_inc(IpReasmTimeout);
	else
		snmp_inc(Ip6ReasmTimeout);
	count_event(&q->key, false);
	if (first && offset_of(first) == 0)
		list_del(&first->link);
	else
		first = NULL;
	discard(q);
	return first;
}

static void serve(struct net_work *w)
{
	u64 now = clock_now();
	LIST_HEAD(firsts);

	spin_lock(&lock);
	while (!list_empty(&partials)) {
		struct partial *q = list_first(&partials, struct partial, link);
		struct packet *first;

		if (q->until > now) {
			timer_arm(&timer, q->until);
			break;
		}
		first = expire(q);
		if (first)
			list_add_tail(&firsts, &first->link);
	}
	spin_unlock(&lock);
	while (!list_empty(&firsts)) {
		struct packet *p = list_first(&firsts, struct packet, link);

		list_del(&p->link);
		icmp_reassembly_timeout(p);
		packet_free(p);
	}
}

static void expired(struct timer *t) { net_schedule(&work); }

void reassemble_init(void)
{
	timer_init(&timer, expired);
	net_work_prepare(&work, serve);
}
