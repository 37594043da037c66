/* sources: kernel/exec/elf.c kernel/exec/script.c kernel/lib/string.c tests/support/host.c */
/*
 * What exec makes of ELF headers and `#!` lines: which files are programs, where each segment's parts go, and every way
 * in which the numbers can be wrong. The expectations are Linux's answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exec/elf.h"
#include "exec/script.h"
#include "host.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "mm/usercopy.h"

static struct elf_header correct_header(void)
{
	return (struct elf_header){
		.ident = { 0x7f, 'E', 'L', 'F', 2, 1, 1 }, .type = ELF_TYPE_DYN, .machine = ELF_MACHINE, .version = 1,
		.entry = 0x1000, .table_offset = 64, .header_size = 64, .entry_size = 56, .count = 2,
	};
}

static struct elf_segment load(u64 address, u64 offset, u64 file_size, u64 memory_size, u32 flags)
{
	return (struct elf_segment){
		.type = ELF_LOAD, .flags = flags, .offset = offset, .address = address, .file_size = file_size,
		.memory_size = memory_size, .align = 0x1000,
	};
}

/* ---- Headers ---- */

static void test_header(void **unused)
{
	struct elf_header h = correct_header();

	assert_int_equal(elf_check_header(&h), 0);
	h.type = ELF_TYPE_EXEC;
	assert_int_equal(elf_check_header(&h), 0);
}

static void test_header_refused(void **unused)
{
	struct elf_header h = correct_header();

#define REFUSED(change) (h = correct_header(), (change), assert_int_equal(elf_check_header(&h), -ENOEXEC))
	REFUSED(h.ident[0] = 0);
	REFUSED(h.ident[3] = 'f');
	REFUSED(h.ident[4] = 1);
	REFUSED(h.type = 1);
	REFUSED(h.type = 4);
	REFUSED(h.machine = 3);
	REFUSED(h.machine = 183);
	REFUSED(h.entry_size = 32);
	REFUSED(h.entry_size = 57);
	REFUSED(h.count = 0);
	REFUSED(h.count = ELF_TABLE_MAX / 56 + 1);
	REFUSED(h.count = 0xffff);
}

static void test_largest_table(void **unused)
{
	struct elf_header h = correct_header();

	h.count = ELF_TABLE_MAX / 56;
	assert_int_equal(elf_check_header(&h), 0);
	assert_true(elf_table_size(&h) <= ELF_TABLE_MAX);
}

static void test_interpreter(void **unused)
{
	struct elf_segment table[3] = { load(0, 0, 1, 1, ELF_READ) };
	u64 offset = 0, size = 0;

	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), 0);
	table[1] = (struct elf_segment){ .type = ELF_INTERP, .offset = 0x238, .file_size = 28 };
	table[2] = (struct elf_segment){ .type = ELF_INTERP, .offset = 1, .file_size = 1 };
	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), 1);
	assert_int_equal(offset, 0x238);
	assert_int_equal(size, 28);
	table[1].file_size = 1;
	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), -ENOEXEC);
	table[1].file_size = 4096;
	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), 1);
	table[1].file_size = 4097;
	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), -ENOEXEC);
	table[1].file_size = UINT64_MAX;
	assert_int_equal(elf_find_interpreter(table, 3, &offset, &size), -ENOEXEC);
}

static void test_executable_stack(void **unused)
{
	struct elf_segment table[2] = { load(0, 0, 1, 1, ELF_READ), { .type = ELF_GNU_STACK, .flags = ELF_READ | ELF_WRITE } };

	assert_false(elf_wants_executable_stack(table, 1));
	assert_false(elf_wants_executable_stack(table, 2));
	table[1].flags |= ELF_EXECUTE;
	assert_true(elf_wants_executable_stack(table, 2));
}

/* ---- Spans ---- */

static void test_span(void **unused)
{
	struct elf_header h = correct_header();
	struct elf_segment table[2] = { load(0x1040, 0x40, 0x800, 0x800, ELF_READ | ELF_EXECUTE),
					load(0x3e00, 0x1e00, 0x300, 0x1300, ELF_READ | ELF_WRITE) };
	struct elf_span span;

	table[1].align = 0x200000;
	assert_int_equal(elf_measure(&h, table, &span), 0);
	assert_int_equal(span.low, 0x1000);
	assert_int_equal(span.high, 0x6000);
	assert_int_equal(span.align, 0x200000);
	assert_int_equal(span.code_start, 0x1040);
	assert_int_equal(span.code_end, 0x1840);
	assert_int_equal(span.data_start, 0x3e00);
	assert_int_equal(span.data_end, 0x4100);
	assert_int_equal(span.break_start, 0x5100);
	assert_int_equal(span.table_address, 0x1040);
	assert_int_equal(span.segments, 2);
}

static void test_span_without_segments(void **unused)
{
	struct elf_header h = correct_header();
	struct elf_segment table[2] = { { .type = ELF_GNU_STACK }, { .type = 2 } };
	struct elf_span span;

	assert_int_equal(elf_measure(&h, table, &span), 0);
	assert_int_equal(span.segments, 0);
	assert_int_equal(span.low, 0);
	assert_int_equal(span.high, 0);
	assert_int_equal(span.table_address, 0);
}

/* The table counts as loaded only when its first byte is in a segment's file part; odd alignments do not count. */
static void test_span_odd(void **unused)
{
	struct elf_header h = correct_header();
	struct elf_segment table[2] = { load(0x1000, 0x1000, 0x10, 0x10, ELF_READ), load(0x2040, 0x40, 0, 0x100, ELF_READ) };
	struct elf_span span;

	h.table_offset = 0x1010;
	table[0].align = 0x3000;
	assert_int_equal(elf_measure(&h, table, &span), 0);
	assert_int_equal(span.table_address, 0);
	assert_int_equal(span.align, PAGE_SIZE);
	h.table_offset = 0x100f;
	assert_int_equal(elf_measure(&h, table, &span), 0);
	assert_int_equal(span.table_address, 0x100f);
}

static void test_span_refused(void **unused)
{
	struct elf_header h = correct_header();
	struct elf_segment table[2] = { load(0, 0, 0x1000, 0x1000, ELF_READ) };
	struct elf_span span;

#define BAD_SPAN(...) (table[1] = load(__VA_ARGS__), assert_int_equal(elf_measure(&h, table, &span), -EINVAL))
	BAD_SPAN(USER_END, 0, 0, 0, ELF_READ);
	BAD_SPAN(USER_END - 0x1000, 0, 0x1000, 0x1001, ELF_READ);
	BAD_SPAN(UINT64_MAX - 0xfff, 0, 0x1000, 0x1000, ELF_READ);
	BAD_SPAN(UINT64_MAX, 0, 1, 1, ELF_READ);
	BAD_SPAN(0x1000, 0, 0x1001, 0x1000, ELF_READ);
	BAD_SPAN(0x1000, 0, UINT64_MAX, UINT64_MAX, ELF_READ);
	BAD_SPAN(0x1000, 0, 1, UINT64_MAX - 0x1000, ELF_READ);
}

/* ---- Placements ---- */

static void test_place_text(void **unused)
{
	struct elf_segment s = load(0x1040, 0x40, 0x1800, 0x1800, ELF_READ | ELF_EXECUTE);
	struct elf_placement p;

	assert_int_equal(elf_place(&s, 0x555555554000, &p), 0);
	assert_int_equal(p.file_start, 0x555555555000);
	assert_int_equal(p.file_length, 0x2000);
	assert_int_equal(p.file_page, 0);
	assert_int_equal(p.zero_length, 0);
	assert_int_equal(p.anonymous_length, 0);
	assert_int_equal(p.prot, PROT_READ | PROT_EXEC);
}

static void test_place_bss(void **unused)
{
	struct elf_segment s = load(0x3e00, 0x2e00, 0x300, 0x2300, ELF_READ | ELF_WRITE);
	struct elf_placement p;

	assert_int_equal(elf_place(&s, 0, &p), 0);
	assert_int_equal(p.file_start, 0x3000);
	assert_int_equal(p.file_length, 0x2000);
	assert_int_equal(p.file_page, 2);
	assert_int_equal(p.zero_start, 0x4100);
	assert_int_equal(p.zero_length, 0xf00);
	assert_int_equal(p.anonymous_start, 0x5000);
	assert_int_equal(p.anonymous_length, 0x2000);
	assert_int_equal(p.anonymous_prot, PROT_READ | PROT_WRITE);
}

/* A bss that ends in the file's last page needs no page of its own; one that begins at a page's end clears nothing. */
static void test_place_edges(void **unused)
{
	struct elf_segment s = load(0x3000, 0x3000, 0x100, 0x1000, ELF_READ | ELF_WRITE);
	struct elf_placement p;

	assert_int_equal(elf_place(&s, 0, &p), 0);
	assert_int_equal(p.zero_length, 0xf00);
	assert_int_equal(p.anonymous_length, 0);
	s = load(0x3000, 0x3000, 0x1000, 0x1001, ELF_READ | ELF_WRITE);
	assert_int_equal(elf_place(&s, 0, &p), 0);
	assert_int_equal(p.zero_length, 0);
	assert_int_equal(p.anonymous_start, 0x4000);
	assert_int_equal(p.anonymous_length, 0x1000);
	s = load(0x3800, 0x123, 0, 0x900, ELF_READ | ELF_WRITE | ELF_EXECUTE);
	assert_int_equal(elf_place(&s, 0, &p), 0);
	assert_int_equal(p.file_length, 0);
	assert_int_equal(p.anonymous_start, 0x3000);
	assert_int_equal(p.anonymous_length, 0x2000);
	assert_int_equal(p.anonymous_prot, PROT_READ | PROT_WRITE | PROT_EXEC);
	s = load(0x3800, 0, 0, 0, ELF_READ);
	assert_int_equal(elf_place(&s, 0, &p), 0);
	assert_int_equal(p.file_length, 0);
	assert_int_equal(p.anonymous_length, 0);
}

static void test_place_refused(void **unused)
{
	struct elf_segment s;
	struct elf_placement p;

#define BAD_PLACE(bias, ...) (s = load(__VA_ARGS__), assert_int_equal(elf_place(&s, bias, &p), -EINVAL))
	BAD_PLACE(0, 0x1040, 0x41, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0, 0x1000, 0x800, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0x1000, UINT64_MAX - 0xfff, 0, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0x1000, USER_END - 0x1000, 0, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0, 0x1000, (u64)INT64_MAX & ~PAGE_MASK, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0, 0x1000, UINT64_MAX & ~PAGE_MASK, 0x100, 0x100, ELF_READ);
	BAD_PLACE(0, 0x1000, 0, 0x101, 0x100, ELF_READ);
}

/* ---- Scripts ---- */

/* "interpreter|argument" or the error, for a file that starts so. */
static const char *parsed(const char *file)
{
	static char result[2 * EXEC_HEAD_SIZE];
	char head[EXEC_HEAD_SIZE] = { 0 }, *interpreter, *argument;
	size_t length = strlen(file);

	memcpy(head, file, length < EXEC_HEAD_SIZE ? length : EXEC_HEAD_SIZE);
	if (script_parse(head, &interpreter, &argument) < 0)
		return "ENOEXEC";
	snprintf(result, sizeof(result), "%s|%s", interpreter, argument ? argument : "");
	return result;
}

static void test_script(void **unused)
{
	assert_string_equal(parsed("#!/bin/sh\n"), "/bin/sh|");
	assert_string_equal(parsed("#! \t/bin/sh \t\nrest"), "/bin/sh|");
	assert_string_equal(parsed("#!/bin/sh -e\n"), "/bin/sh|-e");
	assert_string_equal(parsed("#!/bin/sh   -a  b c\t\n"), "/bin/sh|-a  b c");
	assert_string_equal(parsed("#!/bin/sh"), "/bin/sh|");
	assert_string_equal(parsed("#!/bin/sh -x"), "/bin/sh|-x");
	assert_string_equal(parsed("#!\n"), "ENOEXEC");
	assert_string_equal(parsed("#!  \n/bin/sh"), "ENOEXEC");
	assert_string_equal(parsed("#!"), "ENOEXEC");
}

static void test_long_script_lines(void **unused)
{
	char file[400], want[400];

	memset(file, 0, sizeof(file));
	memset(file, 'a', 300);
	memcpy(file, "#!/", 3);
	assert_string_equal(parsed(file), "ENOEXEC");
	memcpy(file, "#!/x ", 5);
	memset(want, 0, sizeof(want));
	memset(want, 'a', 3 + EXEC_HEAD_SIZE - 1 - 5);
	memcpy(want, "/x|", 3);
	assert_string_equal(parsed(file), want);
	memset(file + 2, ' ', 298);
	assert_string_equal(parsed(file), "ENOEXEC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_header_refused),
		cmocka_unit_test(test_largest_table),
		cmocka_unit_test(test_interpreter),
		cmocka_unit_test(test_executable_stack),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_span_without_segments),
		cmocka_unit_test(test_span_odd),
		cmocka_unit_test(test_span_refused),
		cmocka_unit_test(test_place_text),
		cmocka_unit_test(test_place_bss),
		cmocka_unit_test(test_place_edges),
		cmocka_unit_test(test_place_refused),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_long_script_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
