/* sources: kernel/net/packet.c kernel/net/packet_copy.c kernel/net/checksum.c kernel/net/segment.c kernel/fs/uio.c
   kernel/lib/string.c tests/support/host.c */
/*
 * Packets against a plain array of bytes: random sequences of every operation keep both the same, and no page is left; checksums against
 * the sum by its definition; the segments of a large TCP packet put together again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fs/uio.h"
#include "host.h"
#include "mm/frame.h"
#include "mm/usercopy.h"
#include "net/ip.h"
#include "net/netdev.h"
#include "net/packet.h"

#define FRAMES 4096u
#define ROUNDS 3000u

u64 direct_map;
struct page *page_array;
u64 page_array_count = FRAMES;
static unsigned frames_out;
static u64 state;

void *kmalloc(size_t size) { return malloc(size); }
void *kzalloc(size_t size) { return calloc(1, size); }
void kfree(void *p) { free(p); }
size_t copy_to_user_partial(uaddr to, const void *from, size_t n) { abort(); }
int clear_user(uaddr to, size_t n) { abort(); }
size_t copy_from_user_partial(void *to, uaddr from, size_t n) { abort(); }

struct page *page_alloc(unsigned order, unsigned flags)
{
	static u64 next;

	for (u64 i = 0; i < FRAMES; i++) {
		struct page *p = &page_array[next++ % FRAMES];

		if (p->refs.v)
			continue;
		atomic_set(&p->refs, 1);
		frames_out++;
		return p;
	}
	return NULL;
}

void page_free(struct page *p)
{
	memset(page_to_virt(p), 0xdd, PAGE_SIZE);
	frames_out--;
}

static u32 below(u32 n) { return n ? (u32)(host_random(&state) % n) : 0; }

static void setup_memory(void)
{
	void *memory = aligned_alloc(PAGE_SIZE, FRAMES * PAGE_SIZE);

	page_array = calloc(FRAMES, sizeof(*page_array));
	direct_map = (u64)memory;
	state = host_seed();
}

/* A packet and the bytes that it should hold. */
struct model {
	struct packet *p;
	u8 bytes[PACKET_MAX + 256];
	u32 length;
};

static void fill_random(u8 *to, u32 n)
{
	for (u32 i = 0; i < n; i++)
		to[i] = (u8)host_random(&state);
}

static void check(const struct model *m)
{
	static u8 out[PACKET_MAX + 256];
	u32 from = below(m->length + 1), n = below(m->length - from + 1), linear = m->p->linear;

	assert_int_equal(m->p->length, m->length);
	assert_true(linear <= m->length);
	packet_copy_out(m->p, from, out, n);
	assert_memory_equal(out, m->bytes + from, n);
}

static void start(struct model *m)
{
	u32 n = below(1500);

	m->length = n;
	fill_random(m->bytes, n);
	if (below(2)) {
		m->p = packet_alloc(n);
		memcpy(packet_put(m->p, n), m->bytes, n);
	} else {
		struct page *page = page_alloc(0, 0);
		u32 offset = below((u32)PAGE_SIZE - n);

		memcpy((u8 *)page_to_virt(page) + offset, m->bytes, n);
		m->p = packet_wrap(page, offset, n);
	}
}

static void add_fragment(struct model *m)
{
	struct page *page = page_alloc(0, 0);
	u32 offset = below(PAGE_SIZE - 1), n = 1 + below((u32)PAGE_SIZE - offset - 1);

	fill_random((u8 *)page_to_virt(page) + offset, n);
	if (!packet_add_fragment(m->p, page, offset, n)) {
		page_put(page);
		return;
	}
	memcpy(m->bytes + m->length, (u8 *)page_to_virt(page) + offset, n);
	m->length += n;
}

static void pull(struct model *m)
{
	u32 n = below(below(3) ? 60 : m->length);

	n = MIN(n, m->length);
	packet_pull(m->p, n);
	m->length -= n;
	memmove(m->bytes, m->bytes + n, m->length);
}

static void trim(struct model *m)
{
	u32 n = below(m->length * 2 + 1);

	packet_trim(m->p, n);
	m->length = MIN(m->length, n);
}

static void push(struct model *m)
{
	u32 n = below(packet_headroom(m->p) + 1);

	if (m->p->room_page)
		return;		/* received bytes: nobody writes in front of them */
	memmove(m->bytes + n, m->bytes, m->length);
	fill_random(m->bytes, n);
	memcpy(packet_push(m->p, n), m->bytes, n);
	m->length += n;
}

static void make_linear(struct model *m)
{
	u32 n = below(300);
	u8 *at = packet_linear(m->p, n);

	if (n > m->length) {
		assert_null(at);
		return;
	}
	assert_non_null(at);
	assert_memory_equal(at, m->bytes, n);
}

static void replace_by_clone(struct model *m)
{
	struct packet *copy = packet_clone(m->p);

	packet_free(m->p);
	m->p = copy;
}

/* A second packet that shares a part; the whole may go first. */
static void share(struct model *m)
{
	static struct model part;
	u32 from = below(m->length + 1), n = below(m->length - from + 1);

	part.p = packet_alloc(m->p->room_page ? 0 : n);
	if (packet_share(part.p, m->p, from, n)) {
		part.length = n;
		memcpy(part.bytes, m->bytes + from, n);
	} else {
		part.length = 0;
	}
	check(&part);
	if (below(2)) {
		struct model swap = *m;

		*m = part;
		part = swap;
	}
	packet_free(part.p);
}

static void sum(struct model *m)
{
	u32 from = below(m->length + 1), n = m->length - from, reference = 0;

	for (u32 i = 0; i < n; i++)
		reference += i & 1 ? m->bytes[from + i] : (u32)m->bytes[from + i] << 8;
	while (reference >> 16)
		reference = (reference >> 16) + (reference & 0xffff);
	/* 0 and 0xffff are the same number in ones' complement. */
	assert_int_equal(be16(checksum_fold(packet_sum(m->p, from, n, 0))) % 0xffff, reference % 0xffff);
}

static void operations_agree(void **unused)
{
	static void (*const operations[])(struct model *) = {
		add_fragment, add_fragment, pull, trim, push, make_linear, make_linear, replace_by_clone, share, sum,
	};
	static struct model m;

	for (unsigned round = 0; round < ROUNDS; round++) {
		start(&m);
		for (u32 i = below(20); i > 0; i--) {
			operations[below(sizeof(operations) / sizeof(operations[0]))](&m);
			check(&m);
		}
		packet_free(m.p);
		assert_int_equal(frames_out, 0);
	}
}

/* ---- Segments ---- */

static u8 sent[PACKET_MAX];
static u32 sent_length, segments, expected_seq;

static struct netdev_stats stats;
static int transmit(struct netdev *d, struct packet *p, bool more)
{
	const u8 *network = packet_network(p), *transport = packet_transport(p);
	u32 headers = (u32)(transport + 20 - p->data), n = p->length - headers;

	assert_int_equal(load_be16(network + 2), p->length - 14);
	assert_int_equal(checksum_fold(checksum_add(0, network, 20)), 0xffff);
	assert_int_equal(load_be32(transport + 4), expected_seq);
	assert_int_equal(checksum_fold(packet_sum(p, headers - 20, n + 20,
						  checksum_pseudo(&p->ip.source, &p->ip.destination, 6, n + 20))), 0xffff);
	assert_int_equal(transport[13], more ? 0x10 : 0x19);
	packet_copy_out(p, headers, sent + sent_length, n);
	sent_length += n;
	expected_seq += n;
	segments++;
	packet_free(p);
	return 0;
}

int netdev_transmit(struct netdev *d, struct packet *p, bool more)
{
	packet_complete_checksum(p);
	return transmit(d, p, more);
}

static void segments_are_whole(void **unused)
{
	struct netdev d = { .stats = &stats };

	for (unsigned round = 0; round < 200; round++) {
		static struct model m;
		u32 mss = 100 + below(1400);
		struct packet *p;
		u8 *h;

		start(&m);
		for (u32 i = below(12); i > 0; i--)
			add_fragment(&m);
		p = packet_alloc(m.p->linear);
		if (!packet_share(p, m.p, 0, m.length) || m.length == 0) {
			packet_free(p);
			packet_free(m.p);
			continue;
		}
		h = packet_push(p, 20);
		memset(h, 0, 20);
		expected_seq = (u32)host_random(&state);
		store_be32(h + 4, expected_seq);
		h[12] = 5 << 4;
		h[13] = 0x19;
		packet_mark_transport(p);
		h = packet_push(p, 20);
		memset(h, 0, 20);
		h[0] = 0x45;
		packet_mark_network(p);
		memset(packet_push(p, 14), 0, 14);
		p->ip.source = ip4_from_be(1);
		p->ip.destination = ip4_from_be(2);
		p->segmentation = SEGMENT_TCP4;
		p->segment_size = (u16)mss;
		sent_length = segments = 0;
		assert_int_equal(netdev_transmit_segments(&d, p, false), 0);
		assert_int_equal(sent_length, m.length);
		assert_int_equal(segments, (m.length + mss - 1) / mss);
		assert_memory_equal(sent, m.bytes, m.length);
		packet_free(m.p);
		assert_int_equal(frames_out, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_agree),
		cmocka_unit_test(segments_are_whole),
	};

	setup_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
