/* renameat2(2): RENAME_NOREPLACE and RENAME_EXCHANGE, flags that exclude one another; renameat with descriptors. */
#include "test.h"

#define NOREPLACE 1
#define EXCHANGE  2

static long renameat2_(const char *old, const char *new, int flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, flags);
}

static void test(void)
{
	test_scratch();
	test_write_file("a", "a");
	test_write_file("b", "b");
	CHECK_OK(mkdir("d", 0755));
	test_write_file("d/inner", "i");
	CHECK_ERRNO(renameat2_("a", "b", NOREPLACE), EEXIST);
	CHECK_FILE("b", "b");
	CHECK_OK(renameat2_("a", "c", NOREPLACE));
	CHECK_OK(renameat2_("c", "b", EXCHANGE));
	CHECK_FILE("b", "a");
	CHECK_FILE("c", "b");
	CHECK_OK(renameat2_("b", "d", EXCHANGE));
	CHECK_FILE("d", "a");
	CHECK_FILE("b/inner", "i");
	CHECK_ERRNO(renameat2_("b", "none", EXCHANGE), ENOENT);
	CHECK_ERRNO(renameat2_("b", "c", NOREPLACE | EXCHANGE), EINVAL);
	CHECK_ERRNO(renameat2_("b", "c", 0x80), EINVAL);
	int dir = (int)CHECK_OK(open("b", O_RDONLY));
	CHECK_OK(renameat(dir, "inner", AT_FDCWD, "outer"));
	CHECK_FILE("outer", "i");
	CHECK_ERRNO(renameat(-1, "x", AT_FDCWD, "y"), EBADF);
}
