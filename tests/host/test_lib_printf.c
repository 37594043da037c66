/* sources: kernel/lib/printf.c kernel/lib/string.c tests/support/host.c */
/*
 * kernel/lib/printf.c against the C library's snprintf: random conversion specifications with interesting values into
 * buffers of every size, and the few cases that random ones seldom hit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int libc_snprintf(char *buf, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, size, format, ap);
	va_end(ap);
	return n;
}

static int libc_strcmp(const char *a, const char *b) { return strcmp(a, b); }

#include "host.h"
#include "lib/printf.h"
#include "lib/string.h"

#pragma clang diagnostic ignored "-Wformat"
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"

/* Both must say the same, into a heap block of exactly `size` bytes. */
#define CHECK_SAME(size, format, ...) do { \
	char theirs_[600]; \
	size_t size_ = (size); \
	char *mine_ = malloc(size_ + 1); \
	int m_ = snprintf(mine_, size_, format, ##__VA_ARGS__); \
	int t_ = libc_snprintf(theirs_, size_ < sizeof(theirs_) ? size_ : sizeof(theirs_), format, ##__VA_ARGS__); \
	if (m_ != t_ || (size_ > 0 && libc_strcmp(mine_, theirs_) != 0)) \
		fail_msg("format \"%s\" size %lu: mine %d \"%s\", C library's %d \"%s\"", format, (unsigned long)size_, \
			 m_, size_ ? mine_ : "", t_, size_ ? theirs_ : ""); \
	free(mine_); } while (0)

static u64 interesting(u64 *state)
{
	static const u64 values[] = { 0, 1, 7, 8, 9, 10, 127, 128, 255, 256, 32767, 32768, 65535, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, (u64)-2 };

	return host_random(state) % 3 ? values[host_random(state) % ARRAY_SIZE(values)] : host_random(state);
}

/* "%[flags][width][.precision]", without what C leaves undefined. */
static int random_spec(char *format, char conversion, u64 *state)
{
	char *p = format;
	bool is_signed = conversion == 'd' || conversion == 'i';
	bool is_text = conversion == 's' || conversion == 'c' || conversion == 'p';
	bool alternates = conversion == 'x' || conversion == 'X' || conversion == 'o';

	*p++ = '%';
	for (int i = 0; i < 3; i++) {
		u64 r = host_random(state) % 10;

		if (r == 0)
			*p++ = '-';
		else if (r == 1 && !is_text)
			*p++ = '0';
		else if (r == 2 && is_signed)
			*p++ = '+';
		else if (r == 3 && is_signed)
			*p++ = ' ';
		else if (r == 4 && alternates)
			*p++ = '#';
	}
	if (host_random(state) % 2)
		p += sprintf(p, "%d", (int)(1 + host_random(state) % 30));
	if (host_random(state) % 2 && conversion != 'c' && conversion != 'p')
		p += host_random(state) % 4 ? sprintf(p, ".%d", (int)(host_random(state) % 25)) : sprintf(p, ".");
	return (int)(p - format);
}

static void test_random_integers(void **unused)
{
	static const char *const lengths[] = { "hh", "h", "", "l", "ll", "z", "t", "j" };
	static const char conversions[] = "diuxXo";
	u64 state = host_seed();

	for (int i = 0; i < 100000; i++) {
		char format[64];
		char c = conversions[host_random(&state) % 6];
		const char *length = lengths[host_random(&state) % ARRAY_SIZE(lengths)];
		int n = random_spec(format, c, &state);
		size_t size = host_random(&state) % 50;
		u64 value = interesting(&state);

		sprintf(format + n, "%s%c|", length, c);
		CHECK_SAME(size, format, value);
	}
}

static void test_random_text(void **unused)
{
	static const char *const texts[] = { "", "a", "hello", "a longer text of several words" };
	static const char conversions[] = "scp";
	u64 state = host_seed();

	for (int i = 0; i < 50000; i++) {
		char format[64];
		char c = conversions[host_random(&state) % 3];
		int n = random_spec(format, c, &state);
		size_t size = host_random(&state) % 60;
		u64 value = interesting(&state);

		sprintf(format + n, "%c|", c);
		if (c == 's')
			CHECK_SAME(size, format, texts[value % ARRAY_SIZE(texts)]);
		else if (c == 'c')
			CHECK_SAME(size, format, (int)('a' + value % 26));
		else
			CHECK_SAME(size, format, (void *)value);
	}
}

static void test_stars_and_several(void **unused)
{
	CHECK_SAME(100, "%*d|%-*d|%*d", 5, 42, 5, 42, -5, 42);
	CHECK_SAME(100, "%.*s|%.*d|%.*d", 2, "abc", 3, 7, -1, 7);
	CHECK_SAME(100, "%d%%%s %c%lu", -1, "x", 'y', ~0ul);
	CHECK_SAME(100, "%s", (char *)NULL);
	CHECK_SAME(100, "%p", NULL);
	CHECK_SAME(100, "");
	CHECK_SAME(0, "%d", 12345);
	CHECK_SAME(1, "%d", 12345);
	CHECK_SAME(100, "%s:%04x:%-8s|%+d|% d", "ab", 0xbeef, "cd", 5, 6);
	CHECK_SAME(100, "%#x %#o %#X %#x %#.0o %.0d|", 255, 8, 255, 0, 0, 0);
}

static void test_unterminated_string_with_precision(void **unused)
{
	char *raw = malloc(3), out[10];

	raw[0] = raw[1] = raw[2] = 'x';
	assert_int_equal(snprintf(out, sizeof(out), "%.3s", raw), 3);
	assert_int_equal(libc_strcmp(out, "xxx"), 0);
	free(raw);
}

static void test_broken_formats(void **unused)
{
	char out[20];

	assert_int_equal(snprintf(out, sizeof(out), "a%"), 2);
	assert_int_equal(libc_strcmp(out, "a%"), 0);
	assert_int_equal(snprintf(out, sizeof(out), "%y%d", 5), 3);
	assert_int_equal(libc_strcmp(out, "%y5"), 0);
	assert_in_range(snprintf(out, sizeof(out), "%99999999999999d", 5), 100000, 1000000);	/* an absurd width is cut */
}

static void test_scnprintf(void **unused)
{
	char out[8];

	assert_int_equal(scnprintf(out, sizeof(out), "%d", 123), 3);
	assert_int_equal(scnprintf(out, sizeof(out), "%s", "123456789"), 7);
	assert_int_equal(libc_strcmp(out, "1234567"), 0);
	assert_int_equal(scnprintf(out, 0, "%s", "123456789"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_integers),
		cmocka_unit_test(test_random_text),
		cmocka_unit_test(test_stars_and_several),
		cmocka_unit_test(test_unterminated_string_with_precision),
		cmocka_unit_test(test_broken_formats),
		cmocka_unit_test(test_scnprintf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
