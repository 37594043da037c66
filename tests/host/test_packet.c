/* sources: kernel/net/packet.c kernel/net/packet_copy.c kernel/net/checksum.c kernel/fs/uio.c kernel/lib/string.c tests/support/host.c */
/* Packets whose headers lie far in front of their data: moving the linear part and cloning keep every header where its offset says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net_host.h"

/* A network header and `behind` bytes of others, pulled; then `n` bytes of payload in a page. */
static struct packet *make(u32 behind, u32 n)
{
	struct packet *p = packet_alloc(behind);
	struct page *page = page_alloc(0, 0);
	u8 *h = packet_put(p, behind);

	for (u32 i = 0; i < behind; i++)
		h[i] = (u8)(i * 7 + 1);
	packet_mark_network(p);
	packet_pull(p, behind - 8);
	packet_mark_transport(p);
	packet_pull(p, 8);
	memset(page_to_virt(page), 'p', n);
	assert_true(packet_add_fragment(p, page, 0, n));
	return p;
}

static void check(const struct packet *p, u32 behind)
{
	const u8 *h = packet_network(p);

	assert_ptr_equal(h + behind, p->data);
	assert_ptr_equal(packet_transport(p) + 8, p->data);
	for (u32 i = 0; i < behind; i++)
		assert_int_equal(h[i], (u8)(i * 7 + 1));
}

static void test_headers_move(void **state)
{
	static const u32 sizes[] = { 20, 40, 128, 129, 300, 1500, 3000 };

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct packet *p = make(sizes[i], 900), *copy = packet_clone(p);

		check(copy, sizes[i]);
		assert_int_equal(copy->length, 900);
		packet_free(copy);
		assert_non_null(packet_linear(p, 500));
		assert_int_equal(p->data[499], 'p');
		check(p, sizes[i]);
		copy = packet_clone(p);
		check(copy, sizes[i]);
		assert_int_equal(copy->data[499], 'p');
		packet_free(copy);
		packet_free(p);
	}
	/* What does not fit into a page with its headers is refused, and unharmed. */
	struct packet *p = make(3500, 900);

	assert_null(packet_linear(p, 800));
	check(p, 3500);
	packet_free(p);
	assert_int_equal(frames_out, 0);
	assert_int_equal(objects_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_headers_move) };

	make_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
