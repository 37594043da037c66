/* sources: kernel/lib/random.c kernel/lib/chacha.c kernel/lib/string.c tests/support/host.c */
/* The block function against RFC 8439's example (section 2.3.2); the generators: CPUs, seeds and lengths differ as they must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arch.h"
#include "host.h"
#include "lib/chacha.h"
#include "lib/random.h"

bool arch_random(u64 *value)
{
	(void)value;
	return false;
}

static void test_block(void **unused)
{
	static const u32 nonce[3] = { 0x09000000, 0x4a000000, 0 };
	static const u8 expected[CHACHA_BLOCK] = {
		0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15, 0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4,
		0xc7, 0xd1, 0xf4, 0xc7, 0x33, 0xc0, 0x68, 0x03, 0x04, 0x22, 0xaa, 0x9a, 0xc3, 0xd4, 0x6c, 0x4e,
		0xd2, 0x82, 0x64, 0x46, 0x07, 0x9f, 0xaa, 0x09, 0x14, 0xc2, 0xd7, 0x05, 0xd9, 0x8b, 0x02, 0xa2,
		0xb5, 0x12, 0x9c, 0xd1, 0xde, 0x16, 0x4e, 0xb9, 0xcb, 0xd0, 0x83, 0xe8, 0xa2, 0x50, 0x3c, 0x4e,
	};
	u8 bytes[32], block[CHACHA_BLOCK];
	u32 key[8];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)i;
	memcpy(key, bytes, sizeof(key));
	chacha20_block(key, 1, nonce, block);
	assert_memory_equal(block, expected, sizeof(block));
}

static void test_numbers_differ(void **unused)
{
	u64 seen[400];

	random_init((const u8[RANDOM_SEED_SIZE]){ 1, 2, 3 });
	for (unsigned i = 0; i < 400; i++) {
		host_cpu = i % 4;
		if (i == 200)
			random_mix("more", 4);
		seen[i] = random_u64();
		for (unsigned j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	}
	host_cpu = 0;
	assert_true(arch_irqs_enabled());
}

/* Every byte of every length gets written, and no byte beyond. */
static void test_lengths(void **unused)
{
	for (size_t n = 0; n < 300; n++) {
		u8 any[301] = { 0 };

		for (unsigned round = 0; round < 40; round++) {
			u8 buf[301] = { 0 };

			random_bytes(buf, n);
			assert_int_equal(buf[n], 0);
			for (size_t i = 0; i < n; i++)
				any[i] |= buf[i];
		}
		for (size_t i = 0; i < n; i++)
			assert_int_equal(any[i], 0xff);
	}
}

static void test_below(void **unused)
{
	unsigned counts[7] = { 0 };

	for (unsigned i = 0; i < 70000; i++) {
		u64 v = random_below(7);

		assert_true(v < 7);
		counts[v]++;
	}
	for (unsigned i = 0; i < 7; i++)
		assert_in_range(counts[i], 9400, 10600);
	assert_int_equal(random_below(1), 0);
	assert_true(random_below(UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block), cmocka_unit_test(test_numbers_differ), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
