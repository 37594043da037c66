/* Anonymous mmap(2): zeroed lazily, apart from one another, unmapped for good; splitting by partial munmap. */
#include "test.h"

static void test(void)
{
	char *a = test_map(16 * PAGE, PROT_READ | PROT_WRITE);
	char *b = test_map(PAGE, PROT_READ | PROT_WRITE);

	CHECK_EQ((unsigned long)a % PAGE, 0);
	CHECK(b + PAGE <= a || b >= a + 16 * PAGE);
	for (size_t i = 0; i < 16 * PAGE; i += 511)
		CHECK_EQ(a[i], 0);
	memset(a, 7, 16 * PAGE);
	CHECK_OK(munmap(a + 4 * PAGE, 3 * PAGE));
	CHECK_EQ(a[4 * PAGE - 1], 7);
	CHECK_EQ(a[7 * PAGE], 7);
	CHECK_EQ(test_fault(test_touch_read, a + 4 * PAGE), SIGSEGV);
	CHECK_EQ(test_fault(test_touch_read, a + 7 * PAGE - 1), SIGSEGV);
	CHECK_OK(munmap(a, 16 * PAGE));
	CHECK_OK(munmap(a, 16 * PAGE));
	CHECK_EQ(test_fault(test_touch_read, a + 15 * PAGE), SIGSEGV);
	char *again = (char *)CHECK_OK(mmap(a, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	CHECK_EQ(again, a);
	CHECK_EQ(again[8 * PAGE], 0);
}
