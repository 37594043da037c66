/* sources: kernel/lib/ksyms.c tests/support/host.c */
/* kernel/lib/ksyms.c over a table written by hand: first, middle, last, the gap before and the end behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"
#include "lib/ksyms.h"

extern u32 ksyms_count;
extern const u32 ksyms_offsets[], ksyms_names[];
extern const char ksyms_strings[], kernel_start[];

u32 ksyms_count;
const u32 ksyms_offsets[] = { 0x10, 0x20, 0x40, 0x80 };
const u32 ksyms_names[] = { 1, 7, 11, 0 };
const char ksyms_strings[] = "\0start\0two\0third";
const char kernel_start[0x100];

static void check(u64 at, const char *name, u64 offset)
{
	u64 found = 12345;
	const char *s = ksyms_lookup((u64)kernel_start + at, &found);

	if (!name) {
		assert_null(s);
		return;
	}
	assert_string_equal(s, name);
	assert_int_equal(found, offset);
}

static void test_lookup(void **unused)
{
	ksyms_count = 4;
	check((u64)-1, NULL, 0);
	check(0, NULL, 0);
	check(0xf, NULL, 0);
	check(0x10, "start", 0);
	check(0x1f, "start", 0xf);
	check(0x20, "two", 0);
	check(0x3f, "two", 0x1f);
	check(0x40, "third", 0);
	check(0x7f, "third", 0x3f);
	check(0x80, NULL, 0);
	check(1ull << 40, NULL, 0);
}

static void test_empty_table(void **unused)
{
	ksyms_count = 0;
	check(0x20, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lookup), cmocka_unit_test(test_empty_table) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
