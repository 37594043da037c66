/* sources: tests/support/host.c */
/* abi/errno.def against the build machine's <errno.h>: the same number under every name. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *name;
	int ours, theirs;
} table[] = {
#define ERRNO(error, number, message) { #error, number, error },
#include "abi/errno.def"
};

static void test_numbers(void **unused)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].ours != table[i].theirs)
			fail_msg("%s is %d, Linux has %d", table[i].name, table[i].ours, table[i].theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
