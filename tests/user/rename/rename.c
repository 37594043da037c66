/* rename(2): files over files, directories over empty directories, the same file, every error. */
#include "test.h"

static void test(void)
{
	struct stat a, b;

	test_scratch();
	test_write_file("f", "f");
	test_write_file("g", "g");
	int old = (int)CHECK_OK(open("g", O_RDONLY));
	CHECK_OK(stat("f", &a));
	CHECK_OK(rename("f", "g"));
	CHECK_ERRNO(stat("f", &b), ENOENT);
	CHECK_OK(stat("g", &b));
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK_FILE("g", "f");
	CHECK_OK(fstat(old, &b));
	CHECK_EQ(b.st_nlink, 0);

	CHECK_OK(link("g", "h"));
	CHECK_OK(rename("g", "h"));
	CHECK_OK(access("g", F_OK));
	CHECK_OK(access("h", F_OK));

	CHECK_OK(mkdir("d", 0755));
	CHECK_OK(mkdir("e", 0755));
	CHECK_OK(mkdir("d/sub", 0755));
	test_write_file("e/x", "");
	CHECK_ERRNO(rename("d", "e"), ENOTEMPTY);
	CHECK_ERRNO(rename("d", "d/sub/x"), EINVAL);
	CHECK_ERRNO(rename("d", "d/x"), EINVAL);
	CHECK_ERRNO(rename("d", "g"), ENOTDIR);
	CHECK_ERRNO(rename("g", "d"), EISDIR);
	CHECK_ERRNO(rename("none", "x"), ENOENT);
	CHECK_ERRNO(rename("g", "none/x"), ENOENT);
	CHECK_ERRNO(rename("g", "h/x"), ENOTDIR);
	CHECK_ERRNO(rename("g", "x/"), ENOTDIR);
	CHECK_ERRNO(rename("d/.", "x"), EBUSY);
	CHECK_ERRNO(rename("d/sub/..", "x"), EBUSY);
	CHECK_ERRNO(rename("", "x"), ENOENT);
	CHECK_OK(unlink("e/x"));
	CHECK_OK(rename("d", "e"));
	CHECK_OK(access("e/sub", F_OK));
	CHECK_OK(rename("e/", "new/"));
	CHECK_OK(symlink("new", "l"));
	CHECK_OK(rename("l", "m"));
	CHECK_OK(lstat("m", &a));
	CHECK(S_ISLNK(a.st_mode));
}
