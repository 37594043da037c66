/* brk(2): the break grows and shrinks, new memory is zero, also after shrinking and growing; what cannot be leaves it. */
#include "test.h"

static void test(void)
{
	char *start = (char *)RAW(SYS_brk, 0);

	CHECK(start != NULL);
	CHECK_EQ(RAW(SYS_brk, start + 10 * PAGE + 5), start + 10 * PAGE + 5);
	CHECK_EQ(RAW(SYS_brk, 0), start + 10 * PAGE + 5);
	for (size_t i = 0; i < 10 * PAGE; i += 100)
		if (!CHECK_EQ(start[i], 0))
			break;
	memset(start, 3, 10 * PAGE);
	CHECK_EQ(RAW(SYS_brk, start + PAGE), start + PAGE);
	CHECK_EQ(RAW(SYS_brk, start + 10 * PAGE), start + 10 * PAGE);
	char *whole = start + 2 * PAGE;
	CHECK_EQ(*whole, 0);
	CHECK_EQ(start[0], 3);
	CHECK_EQ(RAW(SYS_brk, 0xffff800000000000), start + 10 * PAGE);
	CHECK_EQ(RAW(SYS_brk, 1), start + 10 * PAGE);
	CHECK_EQ(RAW(SYS_brk, start), start);
	CHECK_EQ(test_fault(test_touch_read, start + 5 * PAGE), SIGSEGV);

	/* A mapping in the way stops it. */
	char *wall = (char *)(((unsigned long)start + 100 * PAGE) & ~(PAGE - 1));
	CHECK_EQ(mmap(wall, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), wall);
	CHECK_EQ(RAW(SYS_brk, wall + 2 * PAGE), start);
}
