/* mkdir(2) and rmdir(2): modes, link counts, every error. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	CHECK_OK(mkdir("d", 0777));
	CHECK_OK(stat("d", &st));
	CHECK_EQ(st.st_mode, S_IFDIR | 0755);
	CHECK_ERRNO(mkdir("d", 0777), EEXIST);
	CHECK_ERRNO(mkdir("/", 0777), EEXIST);
	CHECK_ERRNO(mkdir(".", 0777), EEXIST);
	CHECK_ERRNO(mkdir("none/d", 0777), ENOENT);
	CHECK_ERRNO(mkdir("", 0777), ENOENT);
	CHECK_OK(mkdir("slash/", 0700));
	test_write_file("f", "");
	CHECK_ERRNO(mkdir("f", 0777), EEXIST);
	CHECK_ERRNO(mkdir("f/d", 0777), ENOTDIR);
	CHECK_OK(symlink("none", "dangling"));
	CHECK_ERRNO(mkdir("dangling", 0777), EEXIST);

	CHECK_OK(mkdir("d/e", 0755));
	CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
	CHECK_ERRNO(rmdir("d/e/."), EINVAL);
	CHECK_ERRNO(rmdir("d/e/.."), ENOTEMPTY);
	CHECK_ERRNO(rmdir("f"), ENOTDIR);
	CHECK_ERRNO(rmdir("none"), ENOENT);
	CHECK_ERRNO(rmdir("dangling"), ENOTDIR);
	CHECK_ERRNO(rmdir("/"), EBUSY);
	CHECK_OK(rmdir("d/e/"));
	CHECK_OK(rmdir("d"));
	CHECK_OK(mkdirat(AT_FDCWD, "again", 0700));
	CHECK_ERRNO(unlinkat(AT_FDCWD, "again", 0), EISDIR);
	CHECK_OK(unlinkat(AT_FDCWD, "again", AT_REMOVEDIR));
	CHECK_ERRNO(unlinkat(AT_FDCWD, "f", AT_REMOVEDIR), ENOTDIR);
	CHECK_ERRNO(unlinkat(AT_FDCWD, "f", 0x1), EINVAL);
}
