/* sources: kernel/drivers/tty_ldisc.c kernel/lib/string.c */
/* The line discipline: what a terminal's keys come to, for the reader and on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/signal.h"
#include "drivers/tty_ldisc.h"

static struct ldisc l;

static int begin(void **state)
{
	ldisc_init(&l);
	return 0;
}

/* Keys; the signal of the last one that stood for one. */
static int type_n(const char *keys, size_t n)
{
	int sig = 0, s;

	for (size_t i = 0; i < n; i++) {
		s = ldisc_receive(&l, (u8)keys[i]);
		if (s)
			sig = s;
	}
	return sig;
}

static int type(const char *keys)
{
	return type_n(keys, strlen(keys));
}

static void expect_screen(const char *text)
{
	char screen[LDISC_SIZE + 1];
	size_t n = ldisc_take_output(&l, (u8 *)screen, LDISC_SIZE);

	screen[n] = '\0';
	assert_string_equal(screen, text);
}

static void expect_read(size_t size, const char *text, bool ended)
{
	char buf[LDISC_SIZE + 1];
	bool end;
	size_t n = ldisc_read(&l, (u8 *)buf, size, &end);

	buf[n] = '\0';
	assert_string_equal(buf, text);
	assert_int_equal(end, ended);
}

static void set_lflag(u32 set, u32 clear)
{
	struct termios t = l.termios;

	t.lflag = (t.lflag | set) & ~clear;
	ldisc_set_termios(&l, &t);
}

static void set_iflag(u32 set, u32 clear)
{
	struct termios t = l.termios;

	t.iflag = (t.iflag | set) & ~clear;
	ldisc_set_termios(&l, &t);
}

static void set_oflag(u32 set, u32 clear)
{
	struct termios t = l.termios;

	t.oflag = (t.oflag | set) & ~clear;
	ldisc_set_termios(&l, &t);
}

static void test_line(void **state)
{
	type("hello");
	assert_false(ldisc_readable(&l, 1));
	type("\r");
	assert_true(ldisc_readable(&l, 1));
	expect_screen("hello\r\n");
	assert_int_equal(ldisc_available(&l), 6);
	expect_read(3, "hel", false);
	expect_read(100, "lo\n", true);
	assert_false(ldisc_readable(&l, 1));
}

static void test_two_lines(void **state)
{
	type("a\nb\n");
	expect_read(100, "a\n", true);
	expect_read(100, "b\n", true);
}

static void test_erase(void **state)
{
	type("abc\x7f\x7f\x7f\x7fxy\n");
	expect_screen("abc\b \b\b \b\b \bxy\r\n");
	expect_read(100, "xy\n", true);
}

static void test_erase_control_and_tab(void **state)
{
	type("a\x01\x7f");
	expect_screen("a^A\b \b\b \b");
	type("\tb\x7f\x7f\n");
	expect_screen("\tb\b \b\b\b\b\b\b\b\b\r\n");
	expect_read(100, "a\n", true);
	type("\x01\t\t\x7f\x7f\n");
	expect_screen("^A\t\t\b\b\b\b\b\b\b\b\b\b\b\b\b\b\r\n");
	expect_read(100, "\x01\n", true);
}

/* A prompt moves the cursor: a tab behind it is narrower. */
static void test_erase_tab_behind_prompt(void **state)
{
	ldisc_write(&l, (const u8 *)"$ ", 2);
	type("\t\x7f");
	expect_screen("$ \t\b\b\b\b\b\b");
}

static void test_erase_utf8(void **state)
{
	set_iflag(IUTF8, 0);
	type("x\xc3\xa4\x7f\n");
	expect_screen("x\xc3\xa4\b \b\r\n");
	expect_read(100, "x\n", true);
}

static void test_erase_word(void **state)
{
	type("one two  \x17\n");
	expect_read(100, "one \n", true);
	expect_screen("one two  \b \b\b \b\b \b\b \b\b \b\r\n");
	type("\x17\n");
	expect_read(100, "\n", true);
}

static void test_kill(void **state)
{
	type("abc\x15z\n");
	expect_screen("abc\b \b\b \b\b \bz\r\n");
	expect_read(100, "z\n", true);
	set_lflag(0, ECHOKE);
	type("abc\x15z\n");
	expect_screen("abc^U\r\nz\r\n");
	expect_read(100, "z\n", true);
}

static void test_reprint(void **state)
{
	type("abc\x12");
	expect_screen("abc^R\r\nabc");
}

static void test_literal(void **state)
{
	assert_int_equal(type("\x16\x03\x16\n\x16\x7f\n"), 0);
	expect_read(100, "\x03\n\x7f\n", true);
}

static void test_end_of_file(void **state)
{
	type("\x04");
	assert_true(ldisc_readable(&l, 1));
	assert_int_equal(ldisc_available(&l), 0);
	expect_read(100, "", true);
	assert_false(ldisc_readable(&l, 1));
	type("ab\x04" "cd\n");
	expect_screen("abcd\r\n");
	expect_read(100, "ab", true);
	expect_read(100, "cd\n", true);
	/* A buffer that ends where the line does takes the end-of-file character along. */
	type("ab\x04" "cd\n");
	expect_read(2, "ab", false);
	expect_read(100, "cd\n", true);
}

static void test_signals(void **state)
{
	assert_int_equal(type("abc\x03"), SIGINT);
	expect_screen("^C");		/* the echo before it was flushed */
	assert_int_equal(type("\x1c"), SIGQUIT);
	assert_int_equal(type("\x1a"), SIGTSTP);
	type("x\n");
	expect_read(100, "x\n", true);
	set_lflag(NOFLSH, 0);
	assert_int_equal(type("abc\x03\n"), SIGINT);
	expect_read(100, "abc\n", true);
	set_lflag(0, ISIG);
	assert_int_equal(type("\x03\n"), 0);
	expect_read(100, "\x03\n", true);
}

static void test_break(void **state)
{
	assert_int_equal(ldisc_break(&l), 0);
	type("\n");
	assert_int_equal(ldisc_available(&l), 2);
	set_iflag(BRKINT, 0);
	assert_int_equal(ldisc_break(&l), SIGINT);
	assert_int_equal(ldisc_available(&l), 0);
}

static void test_flow_control(void **state)
{
	type("\x13");
	ldisc_write(&l, (const u8 *)"text", 4);
	expect_screen("");
	type("\x11");
	expect_screen("text");
}

static void test_raw(void **state)
{
	set_lflag(0, ICANON | ECHO | ISIG);
	set_iflag(0, ICRNL | IXON);
	type_n("\x03\r\x7f\x00", 4);
	expect_screen("");
	assert_true(ldisc_readable(&l, 4));
	assert_false(ldisc_readable(&l, 5));
	assert_int_equal(ldisc_available(&l), 4);
	expect_read(3, "\x03\r\x7f", false);
}

static void test_mode_change(void **state)
{
	type("abc");
	set_lflag(0, ICANON);
	assert_true(ldisc_readable(&l, 3));
	expect_read(1, "a", false);
	set_lflag(ICANON, 0);
	assert_true(ldisc_readable(&l, 1));
	expect_read(100, "bc", true);
	type("\n");
	expect_read(100, "\n", true);
}

static void test_input_translation(void **state)
{
	set_iflag(IGNCR | INLCR, ICRNL);
	set_lflag(0, ICANON);
	type("a\r\nb");
	expect_read(100, "a\rb", false);
	set_iflag(ISTRIP, IGNCR | INLCR);
	type("\xe1");
	expect_read(100, "a", false);
}

static void test_output_processing(void **state)
{
	ldisc_write(&l, (const u8 *)"a\nb\tc", 5);
	expect_screen("a\r\nb\tc");
	set_oflag(XTABS, 0);
	ldisc_write(&l, (const u8 *)"\rab\tc", 5);
	expect_screen("\rab      c");
	set_oflag(OCRNL, ONLCR);
	ldisc_write(&l, (const u8 *)"x\r\n", 3);
	expect_screen("x\n\n");
	set_oflag(ONOCR, OCRNL);
	ldisc_write(&l, (const u8 *)"\rx\r\r", 4);
	set_oflag(OLCUC, 0);
	ldisc_write(&l, (const u8 *)"up", 2);
	set_oflag(0, OPOST);
	ldisc_write(&l, (const u8 *)"\n", 1);
}

static void test_output_room(void **state)
{
	static u8 text[2 * LDISC_SIZE];
	size_t n;

	memset(text, '\n', sizeof(text));
	n = ldisc_write(&l, text, sizeof(text));
	assert_in_range(n, LDISC_SIZE / 2 - 8, LDISC_SIZE / 2);
	assert_int_equal(ldisc_write(&l, text, 1), 0);
	ldisc_flush_output(&l);
	assert_int_equal(ldisc_write(&l, text, 1), 1);
}

/* However much is typed, a full line can be ended and read. */
static void test_overlong_line(void **state)
{
	static char buf[LDISC_SIZE];
	bool ended;

	set_lflag(0, ECHO);
	for (unsigned i = 0; i < 3 * LDISC_SIZE; i++)
		type("x");
	assert_int_equal(ldisc_room(&l), LDISC_SIZE);
	type("\n");
	assert_int_equal(ldisc_read(&l, (u8 *)buf, sizeof(buf), &ended), LDISC_SIZE);
	assert_true(ended);
	assert_int_equal(buf[LDISC_SIZE - 1], '\n');
}

static void test_full_of_lines(void **state)
{
	set_lflag(0, ECHO);
	for (unsigned i = 0; i < 2 * LDISC_SIZE; i++)
		type("\n");
	assert_int_equal(ldisc_room(&l), 0);
	for (unsigned i = 0; i < LDISC_SIZE; i++)
		expect_read(10, "\n", true);
	assert_false(ldisc_readable(&l, 1));
}

/* Any keys under any settings: nothing runs over, positions stay in order. */
static void test_random(void **state)
{
	srand(1);
	for (unsigned i = 0; i < 300000; i++) {
		u8 buf[LDISC_SIZE];
		bool ended;

		if (rand() % 500 == 0) {
			struct termios t = l.termios;

			t.iflag = (u32)rand();
			t.lflag = (u32)rand();
			t.oflag = (u32)rand();
			t.cc[rand() % NCCS] = (u8)rand();
			ldisc_set_termios(&l, &t);
		}
		ldisc_receive(&l, rand() % 3 ? (u8)rand() : (u8)(rand() % 32));
		if (rand() % 50 == 0)
			ldisc_read(&l, buf, (size_t)rand() % sizeof(buf), &ended);
		if (rand() % 50 == 0)
			ldisc_take_output(&l, buf, (size_t)rand() % sizeof(buf));
		assert_true(l.head - l.tail <= LDISC_SIZE);
		assert_true(l.line - l.tail <= l.head - l.tail);
		assert_true(ldisc_output_pending(&l) <= LDISC_SIZE);
		assert_true(ldisc_available(&l) <= LDISC_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_line, begin), cmocka_unit_test_setup(test_two_lines, begin),
		cmocka_unit_test_setup(test_erase, begin), cmocka_unit_test_setup(test_erase_control_and_tab, begin),
		cmocka_unit_test_setup(test_erase_tab_behind_prompt, begin), cmocka_unit_test_setup(test_erase_utf8, begin),
		cmocka_unit_test_setup(test_erase_word, begin), cmocka_unit_test_setup(test_kill, begin),
		cmocka_unit_test_setup(test_reprint, begin), cmocka_unit_test_setup(test_literal, begin),
		cmocka_unit_test_setup(test_end_of_file, begin), cmocka_unit_test_setup(test_signals, begin),
		cmocka_unit_test_setup(test_break, begin), cmocka_unit_test_setup(test_flow_control, begin),
		cmocka_unit_test_setup(test_raw, begin), cmocka_unit_test_setup(test_mode_change, begin),
		cmocka_unit_test_setup(test_input_translation, begin), cmocka_unit_test_setup(test_output_processing, begin),
		cmocka_unit_test_setup(test_output_room, begin), cmocka_unit_test_setup(test_overlong_line, begin),
		cmocka_unit_test_setup(test_full_of_lines, begin), cmocka_unit_test_setup(test_random, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
