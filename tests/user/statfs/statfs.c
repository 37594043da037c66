/* statfs(2) and fstatfs(2): plausible numbers, the same from both, errors. */
#include "test.h"
#include <sys/statfs.h>

static void test(void)
{
	struct statfs a, b;
	int p[2];

	test_scratch();
	test_write_file("f", "");
	CHECK_OK(statfs("f", &a));
	CHECK(a.f_bsize >= 512);
	CHECK(a.f_namelen >= 255);
	CHECK(a.f_bfree <= a.f_blocks);
	CHECK_OK(fstatfs((int)CHECK_OK(open("f", O_RDONLY)), &b));
	CHECK_EQ(a.f_type, b.f_type);
	CHECK_EQ(a.f_blocks, b.f_blocks);
	CHECK_ERRNO(statfs("none", &a), ENOENT);
	CHECK_ERRNO(statfs("f/x", &a), ENOTDIR);
	CHECK_ERRNO(fstatfs(-1, &a), EBADF);
	CHECK_OK(statfs("/proc", &a));
	CHECK_EQ(a.f_type, 0x9fa0);
	CHECK_OK(pipe(p));
	CHECK_OK(fstatfs(p[0], &a));
	CHECK_EQ(a.f_type, 0x50495045);
}
