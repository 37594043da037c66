/* sources: kernel/lib/string.c tests/support/host.c */
/*
 * kernel/lib/string.c against the C library: every length and alignment in a small range, every overlap of a move, and
 * the boundaries of the parser. Buffers are exact heap blocks, so that a byte too far is an address-sanitizer report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The C library's, before the kernel's header renames the others. */
static void *libc_memmove(void *d, const void *s, size_t n) { return memmove(d, s, n); }
static int libc_memcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }
static int libc_strncmp(const char *a, const char *b, size_t n) { return strncmp(a, b, n); }
static int libc_strcmp(const char *a, const char *b) { return strcmp(a, b); }

#include "host.h"
#include "lib/error.h"
#include "lib/string.h"

#define SPAN 200

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

static void fill_random(u8 *p, size_t n, u64 *state)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (u8)host_random(state);
}

static void test_memcpy(void **unused)
{
	u64 state = 1;

	for (size_t n = 0; n < SPAN; n++) {
		for (size_t offset = 0; offset < 8; offset++) {
			u8 *src = malloc(n + offset + 1), *dst = malloc(n + 1);

			fill_random(src, n + offset, &state);
			assert_ptr_equal(memcpy(dst, src + offset, n), dst);
			assert_int_equal(libc_memcmp(dst, src + offset, n), 0);
			free(src);
			free(dst);
		}
	}
}

static void test_memmove(void **unused)
{
	u8 mine[2 * SPAN], theirs[2 * SPAN];
	u64 state = 2;

	for (size_t n = 0; n < SPAN; n++) {
		for (size_t from = 0; from < 40; from++) {
			size_t to = host_random(&state) % 80;

			fill_random(mine, sizeof(mine), &state);
			libc_memmove(theirs, mine, sizeof(mine));
			memmove(mine + to, mine + from, n);
			libc_memmove(theirs + to, theirs + from, n);
			assert_int_equal(libc_memcmp(mine, theirs, sizeof(mine)), 0);
		}
	}
}

static void test_memset(void **unused)
{
	for (size_t n = 0; n < SPAN; n++) {
		for (size_t offset = 0; offset < 8; offset++) {
			u8 *p = calloc(1, n + offset + 16);

			memset(p + offset, 0x1a5, n);
			for (size_t i = 0; i < n + offset + 16; i++)
				assert_int_equal(p[i], i >= offset && i < offset + n ? 0xa5 : 0);
			free(p);
		}
	}
}

static void test_compare(void **unused)
{
	u64 state = 3;

	for (int round = 0; round < 20000; round++) {
		size_t n = host_random(&state) % 40;
		char *a = malloc(n + 1), *b = malloc(n + 1);

		for (size_t i = 0; i < n; i++) {
			a[i] = (char)(1 + host_random(&state) % 255);
			b[i] = host_random(&state) % 16 ? a[i] : (char)(host_random(&state));
		}
		a[n] = b[n] = '\0';
		assert_int_equal(sign(memcmp(a, b, n)), sign(libc_memcmp(a, b, n)));
		assert_int_equal(sign(strcmp(a, b)), sign(libc_strcmp(a, b)));
		assert_int_equal(sign(strncmp(a, b, n / 2)), sign(libc_strncmp(a, b, n / 2)));
		free(a);
		free(b);
	}
}

static void test_search(void **unused)
{
	const char *s = "/usr/lib/x";

	assert_int_equal(strlen(""), 0);
	assert_int_equal(strlen(s), 10);
	assert_int_equal(strnlen(s, 4), 4);
	assert_int_equal(strnlen(s, 40), 10);
	assert_ptr_equal(strchr(s, '/'), s);
	assert_ptr_equal(strrchr(s, '/'), s + 8);
	assert_ptr_equal(strchr(s, '\0'), s + 10);
	assert_ptr_equal(strrchr(s, '\0'), s + 10);
	assert_null(strchr(s, '!'));
	assert_null(strrchr(s, '!'));
	assert_ptr_equal(memchr(s, 'l', 10), s + 5);
	assert_null(memchr(s, 'l', 5));
}

static void test_strlcpy(void **unused)
{
	char *small = malloc(4);

	assert_int_equal(strlcpy(small, "abcdef", 4), 6);
	assert_int_equal(libc_strcmp(small, "abc"), 0);
	assert_int_equal(strlcpy(small, "xy", 4), 2);
	assert_int_equal(libc_strcmp(small, "xy"), 0);
	assert_int_equal(strlcpy(small, "xyz", 1), 3);
	assert_int_equal(small[0], '\0');
	free(small);
}

static unsigned bulk_calls;

static void bulk_copy(void *dst, const void *src, size_t n)
{
	bulk_calls++;
	libc_memmove(dst, src, n);
}

static void bulk_fill(void *dst, int c, size_t n)
{
	bulk_calls++;
	for (size_t i = 0; i < n; i++)
		((u8 *)dst)[i] = (u8)c;
}

static u64 fake_ticks;
static u64 bulk_cost;

/* Each pair of readings around a bulk operation differs by bulk_cost, around the loop by 100. */
static u64 ticks(void)
{
	static unsigned calls_before;
	static bool second;
	u64 now = fake_ticks;

	if (second)
		now = fake_ticks += bulk_calls != calls_before ? bulk_cost : 100;
	calls_before = bulk_calls;
	second = !second;
	return now;
}

static void check_pages(u8 *pages)
{
	u64 state = 4;

	fill_random(pages, 2 * PAGE_SIZE, &state);
	page_copy(pages, pages + PAGE_SIZE);
	assert_int_equal(libc_memcmp(pages, pages + PAGE_SIZE, PAGE_SIZE), 0);
	page_clear(pages);
	for (size_t i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(pages[i], 0);
	assert_int_not_equal(pages[PAGE_SIZE] + pages[PAGE_SIZE + 1] + pages[PAGE_SIZE + 2], 0);
	memcpy(pages, pages + PAGE_SIZE + 1, 1000);
	assert_int_equal(libc_memcmp(pages, pages + PAGE_SIZE + 1, 1000), 0);
	memset(pages + 5, 7, 1000);
	assert_int_equal(pages[5] + pages[1004], 14);
}

static void test_bulk(void **unused)
{
	u8 *pages = aligned_alloc(PAGE_SIZE, 2 * PAGE_SIZE);

	check_pages(pages);
	bulk_cost = 200;
	assert_false(string_choose_bulk(bulk_copy, bulk_fill, pages, ticks));
	bulk_calls = 0;
	check_pages(pages);
	assert_int_equal(bulk_calls, 0);
	bulk_cost = 50;
	assert_true(string_choose_bulk(bulk_copy, bulk_fill, pages, ticks));
	bulk_calls = 0;
	check_pages(pages);
	assert_int_equal(bulk_calls, 4);
	free(pages);
}

static void test_parse_u64(void **unused)
{
	static const struct {
		const char *text;
		int error;
		u64 value;
	} cases[] = {
		{ "0", 0, 0 },		{ "42", 0, 42 },	{ "0x1F", 0, 31 },	{ "017", 0, 15 },
		{ "", -EINVAL, 0 },	{ "0x", -EINVAL, 0 },	{ "08", -EINVAL, 0 },	{ "12 ", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },	{ "0xg", -EINVAL, 0 },	{ "1a", -EINVAL, 0 },	{ "+1", -EINVAL, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },	{ "18446744073709551616", -ERANGE, 0 },
		{ "0xffffffffffffffff", 0, UINT64_MAX },	{ "0x10000000000000000", -ERANGE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 value = 0;

		assert_int_equal(parse_u64(cases[i].text, &value), cases[i].error);
		assert_true(value == cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memcpy),	cmocka_unit_test(test_memmove),	 cmocka_unit_test(test_memset),
		cmocka_unit_test(test_compare), cmocka_unit_test(test_search),	 cmocka_unit_test(test_strlcpy),
		cmocka_unit_test(test_bulk),	cmocka_unit_test(test_parse_u64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
