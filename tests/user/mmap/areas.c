/* vm.max_map_count: 65,530 areas and not many more, ENOMEM then; holes are found again among them; unmapping works after it. */
#define _GNU_SOURCE
#include "test.h"
#include <sys/mman.h>

#define MANY 70000u

static void test(void)
{
	char *base = mmap(NULL, 2 * MANY * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *p;
	unsigned made = 0;

	CHECK(base != MAP_FAILED);
	/* Every second page of other rights: two areas more each. */
	while (made < MANY && mprotect(base + (2 * made + 1) * PAGE, PAGE, PROT_READ) == 0)
		made++;
	CHECK_EQ(errno, ENOMEM);
	CHECK(made > 32000 && made < 32800);
	CHECK_ERRNO(mprotect(base + (2 * made + 3) * PAGE, PAGE, PROT_READ), ENOMEM);
	CHECK_ERRNO(munmap(base + (2 * MANY - 10) * PAGE, PAGE), ENOMEM);
	/* Whole areas may go, and leave holes that are found by size, the highest first. */
	CHECK_OK(munmap(base + 1001 * PAGE, PAGE));
	CHECK_OK(munmap(base + 2001 * PAGE, PAGE));
	CHECK_OK(munmap(base + 3000 * PAGE, 3 * PAGE));
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED);
	if (p != MAP_FAILED)
		CHECK_OK(munmap(p, 3 * PAGE));
	CHECK_OK(munmap(base, 2 * MANY * PAGE));
	p = mmap(NULL, 2 * MANY * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(p != MAP_FAILED);
}
