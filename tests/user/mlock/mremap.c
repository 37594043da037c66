/* mremap(2) that makes a locked area longer brings the new pages in, in place and moved; one locked on fault does not. */
#include "test.h"

static int present(char *p, int pages)
{
	unsigned char vec[16];
	int n = 0;

	CHECK_OK(mincore(p, (size_t)pages * PAGE, vec));
	for (int i = 0; i < pages; i++)
		n += vec[i] & 1;
	return n;
}

static void test(void)
{
	char *p = test_map(16 * PAGE, PROT_READ | PROT_WRITE), *q;

	CHECK_OK(munmap(p + 8 * PAGE, 8 * PAGE));
	CHECK_OK(munmap(p + 2 * PAGE, 6 * PAGE));
	CHECK_OK(mlock(p, 2 * PAGE));
	CHECK_EQ(present(p, 2), 2);
	p = mremap(p, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	CHECK(p != MAP_FAILED);
	CHECK_EQ(present(p, 8), 8);
	q = test_map(16 * PAGE, PROT_READ | PROT_WRITE);
	q = mremap(p, 8 * PAGE, 12 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q);
	CHECK(q != MAP_FAILED);
	CHECK_EQ(present(q, 12), 12);
	p = test_map(2 * PAGE, PROT_READ | PROT_WRITE);
	CHECK_OK(RAW(SYS_mlock2, p, 2 * PAGE, 1));
	p = mremap(p, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	CHECK(p != MAP_FAILED);
	CHECK_EQ(present(p, 8), 0);
}
