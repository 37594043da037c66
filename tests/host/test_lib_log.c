/* sources: kernel/lib/log.c kernel/lib/printf.c kernel/lib/string.c tests/support/host.c */
/*
 * kernel/lib/log.c: the form of a line, levels, replay to a late sink, the ring's turn-over in whole lines, cut and
 * cleaned text, and logging on when a panic has broken the lock. The tests run in order over the one log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *libc_strstr(const char *a, const char *b) { return strstr(a, b); }

#include "host.h"
#include "lib/log.h"
#include "lib/string.h"

static char seen[1 << 20];
static size_t seen_length;

static void capture(const char *text, size_t length)
{
	assert_true(length > 0 && text[length - 1] == '\n');
	assert_null(memchr(text, '\n', length - 1));
	memcpy(seen + seen_length, text, length);
	seen_length += length;
	seen[seen_length] = '\0';
}

static size_t counted;

static void count_only(const char *text, size_t length)
{
	(void)text;
	counted += length;
}

static void forget(void)
{
	seen_length = 0;
	seen[0] = '\0';
}

static void test_lines_wait_for_a_sink(void **unused)
{
	static struct log_sink sink = { .write = capture };

	host_time = 1234567890;
	log_info("mm", "%d frames", 7);
	log_debug("mm", "quiet");
	log_error("boot", "bad");
	log_add_sink(&sink);
	assert_string_equal(seen, "[    1.234567] I mm: 7 frames\n[    1.234567] E boot: bad\n");
}

static void test_levels(void **unused)
{
	forget();
	log_set_level(LOG_ERROR);
	log_warn("a", "not shown");
	log_error("a", "shown");
	log_set_level(LOG_DEBUG);
	log_debug("a", "shown too");
	log_set_level(LOG_INFO);
	assert_string_equal(seen, "[    1.234567] E a: shown\n[    1.234567] D a: shown too\n");
}

static void test_the_ring_has_every_level(void **unused)
{
	static const char newest[] = "[    1.234567] E a: shown\n[    1.234567] D a: shown too\n";
	char buf[200] = { 0 };
	size_t n = log_read(buf, sizeof(buf) - 1);

	assert_int_equal(n, strlen(buf));
	assert_non_null(libc_strstr(buf, "quiet"));
	assert_non_null(libc_strstr(buf, "not shown"));
	memset(buf, 0, sizeof(buf));
	assert_int_equal(log_read(buf, sizeof(newest) - 1), sizeof(newest) - 1);
	assert_string_equal(buf, newest);
	memset(buf, 0, sizeof(buf));
	assert_int_equal(log_read(buf, sizeof(newest) - 2), strlen("[    1.234567] D a: shown too\n"));
	assert_int_equal(log_read(buf, 5), 0);
}

static void test_text_is_cleaned_and_cut(void **unused)
{
	char *longer = malloc(2000);

	forget();
	log_info("x", "a\nb\033[2Jc%s", "\r");
	assert_string_equal(seen, "[    1.234567] I x: a?b?[2Jc?\n");
	forget();
	memset(longer, 'z', 1999);
	longer[1999] = '\0';
	log_info("x", "%s", longer);
	assert_true(seen_length > 400 && seen_length < 600);
	free(longer);
}

static void test_turn_over(void **unused)
{
	char *all = malloc(1 << 17);
	size_t n;

	log_set_level(LOG_ERROR);
	for (int i = 0; i < 5000; i++) {
		host_time += NS_PER_USEC;
		log_info("turn", "line %d of many %.*s", i, i % 50, "..................................................");
	}
	n = log_read(all, (1 << 17) - 1);
	all[n] = '\0';
	assert_true(n > 50000);
	assert_int_equal(all[0], '[');
	assert_int_equal(all[n - 1], '\n');
	assert_null(libc_strstr(all, "line 10 of"));
	assert_non_null(libc_strstr(all, "line 4999 of"));
	for (int i = 4999, from = 4999; i > 4500; i--, from--) {
		char line[40];

		sprintf(line, "] I turn: line %d of many", from);
		assert_non_null(libc_strstr(all, line));
	}
	log_set_level(LOG_INFO);
	free(all);
}

static void test_late_sink_gets_the_ring(void **unused)
{
	static struct log_sink late = { .write = count_only };
	char *all = malloc(1 << 17);

	log_add_sink(&late);
	assert_int_equal(counted, log_read(all, 1 << 17));
	free(all);
}

/* The machine panics inside a sink, that is, under the log's lock, and then logs. */
static bool panicked = true;

static void log_again(const char *text, size_t length)
{
	(void)text;
	(void)length;
	if (panicked)
		return;
	panicked = true;
	log_panic_mode();
	forget();
	log_error("panic", "still here");
	assert_non_null(libc_strstr(seen, "E panic: still here\n"));
}

static void test_panic_inside_the_log(void **unused)
{
	static struct log_sink sink = { .write = log_again };

	log_add_sink(&sink);
	panicked = false;
	log_error("x", "trigger");
	assert_true(panicked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_wait_for_a_sink),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_the_ring_has_every_level),
		cmocka_unit_test(test_text_is_cleaned_and_cut),
		cmocka_unit_test(test_turn_over),
		cmocka_unit_test(test_late_sink_gets_the_ring),
		cmocka_unit_test(test_panic_inside_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
