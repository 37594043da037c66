/* mremap(2) with MREMAP_DONTUNMAP; madvise(2) with MADV_REMOVE. */
#define _GNU_SOURCE
#include "test.h"
#include <sys/mman.h>

#define DONTUNMAP 4

static void keep(void)
{
	char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *q, *room;

	CHECK(p != MAP_FAILED);
	memset(p, 'x', 4 * PAGE);
	q = (char *)RAW(SYS_mremap, p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, 0);
	CHECK((long)q > 0 && q != p);
	CHECK_EQ(q[0], 'x');
	CHECK_EQ(q[4 * PAGE - 1], 'x');
	CHECK_EQ(p[0], 0);
	CHECK_EQ(p[4 * PAGE - 1], 0);
	p[0] = 'y';
	CHECK_EQ(q[0], 'x');
	room = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(RAW(SYS_mremap, q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | DONTUNMAP, room) == (long)room);
	CHECK_EQ(room[1], 'x');
	CHECK_EQ(q[1], 0);
	CHECK_EQ(q[PAGE], 'x');
	CHECK_EQ(RAW(SYS_mremap, q, PAGE, 2 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_mremap, q, PAGE, PAGE, DONTUNMAP, 0), -EINVAL);
}

static void punch(void)
{
	char *p;
	int fd;

	test_scratch();
	fd = memfd_create("m", 0);
	CHECK_OK(fd);
	CHECK_OK(ftruncate(fd, 4 * PAGE));
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	memset(p, 'x', 4 * PAGE);
	CHECK_OK(madvise(p + PAGE, 2 * PAGE, MADV_REMOVE));
	CHECK_EQ(p[0], 'x');
	CHECK_EQ(p[PAGE], 0);
	CHECK_EQ(p[3 * PAGE - 1], 0);
	CHECK_EQ(p[3 * PAGE], 'x');
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK_ERRNO(madvise(p, PAGE, MADV_REMOVE), EINVAL);
}

static void test(void)
{
	keep();
	punch();
}
