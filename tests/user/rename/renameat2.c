/* renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE and RENAME_WHITEOUT, flags that exclude one another; renameat with descriptors. */
#include "test.h"

#define NOREPLACE 1
#define EXCHANGE  2
#define WHITEOUT  4

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
	/* A whiteout stays behind: the character device 0, 0, which nobody can open. */
	struct stat st;
	test_write_file("w", "w");
	CHECK_ERRNO(renameat2_("w", "c", WHITEOUT | EXCHANGE), EINVAL);
	CHECK_ERRNO(renameat2_("w", "c", WHITEOUT | NOREPLACE), EEXIST);
	if (geteuid() != 0)
		return;
	CHECK_OK(renameat2_("w", "c", WHITEOUT));
	CHECK_FILE("c", "w");
	CHECK_OK(stat("w", &st));
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_mode & 07777, 0);
	CHECK_EQ(st.st_rdev, 0);
	CHECK_EQ(st.st_nlink, 1);
	CHECK_ERRNO(open("w", O_RDONLY), ENXIO);
	CHECK_OK(renameat2_("c", "b/c", WHITEOUT | NOREPLACE));
	CHECK_FILE("b/c", "w");
	CHECK_OK(unlink("c"));
	CHECK_OK(unlink("w"));
}
