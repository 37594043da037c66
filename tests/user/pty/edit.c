/* Canonical input: lines, erase, word erase, kill, literal, reprint, end of file; echo; what a read returns and keeps. */
#include "pty.h"

static void test_echo(void)
{
	TYPE("abc");
	CHECK_SCREEN("abc");
	CHECK_EQ(pty_poll(slave, POLLIN, A_WHILE), 0);
	TYPE("\r");
	CHECK_SCREEN("\r\n");
	CHECK_EQ(pty_poll(slave, POLLIN, 1000), POLLIN);
	CHECK_READ(slave, 2, "ab");
	CHECK_READ(slave, 100, "c\n");
	TYPE("one\ntwo\n");
	CHECK_SCREEN("one\r\ntwo\r\n");
	CHECK_READ(slave, 100, "one\n");
	CHECK_READ(slave, 100, "two\n");
}

static void test_editing(void)
{
	TYPE("ab\x7f\x7f\x7fxy\x01\x7f\n");
	CHECK_SCREEN("ab\b \b\b \bxy^A\b \b\b \b\r\n");
	CHECK_READ(slave, 100, "xy\n");
	TYPE("two words  \x17!\n");
	CHECK_SCREEN("two words  \b \b\b \b\b \b\b \b\b \b\b \b\b \b!\r\n");
	CHECK_READ(slave, 100, "two !\n");
	TYPE("gone\x15here\n");
	CHECK_SCREEN("gone\b \b\b \b\b \b\b \bhere\r\n");
	CHECK_READ(slave, 100, "here\n");
	TYPE("a\x16\x03z\x12\n");
	CHECK_SCREEN("a^\b^Cz^R\r\na^Cz\r\n");
	CHECK_READ(slave, 100, "a\x03z\n");
}

static void test_end_of_file(void)
{
	TYPE("\x04");
	CHECK_EQ(pty_poll(slave, POLLIN, 1000), POLLIN);
	CHECK_READ(slave, 100, "");
	TYPE("abc\x04");
	CHECK_SCREEN("abc");
	CHECK_READ(slave, 3, "abc");
	CHECK_EQ(pty_poll(slave, POLLIN, A_WHILE), 0);
	TYPE("d\x04\x04");
	CHECK_SCREEN("d");
	CHECK_READ(slave, 100, "d");
	CHECK_READ(slave, 100, "");
}

static void test_modes(void)
{
	int count;

	pty_set(ICRNL, OPOST | ONLCR, ICANON | ECHONL);
	TYPE("secret\n");
	CHECK_SCREEN("\r\n");
	CHECK_OK(ioctl(slave, FIONREAD, &count));
	CHECK_EQ(count, 7);
	CHECK_READ(slave, 100, "secret\n");
	pty_set(INLCR | IGNCR | ISTRIP, 0, ICANON | ECHO | IEXTEN);
	TYPE("a\r\xe2\n");
	CHECK_SCREEN("ab\r");
	CHECK_EQ(pty_poll(slave, POLLIN, A_WHILE), 0);
	/* What was typed so far becomes readable when lines end to matter. */
	pty_set(0, 0, 0);
	CHECK_READ(slave, 100, "ab\r");
	pty_set(PARMRK, 0, 0);
	TYPE("\xff");
	CHECK_GIVES(slave, "\xff\xff");
}

static void test_output(void)
{
	pty_set(0, OPOST | ONLCR | XTABS, 0);
	CHECK_EQ(write(slave, "a\tb\n", 4), 4);
	CHECK_SCREEN("a       b\r\n");
	pty_set(0, OPOST | OCRNL | OLCUC, 0);
	CHECK_EQ(write(slave, "a\rb", 3), 3);
	CHECK_SCREEN("A\nB");
	pty_set(0, OPOST | ONOCR, 0);
	CHECK_EQ(write(slave, "\r\ra\r", 4), 4);
	CHECK_EQ(write(slave, "\r", 1), 1);
	CHECK_SCREEN("\ra\r");
}

static void test(void)
{
	pty_pair();
	test_echo();
	test_editing();
	test_end_of_file();
	test_modes();
	test_output();
}
