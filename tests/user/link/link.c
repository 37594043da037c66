/* link(2), linkat(2), unlink(2): counts, contents, directories, symbolic links, errors. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	test_write_file("f", "one");
	CHECK_OK(link("f", "g"));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_nlink, 2);
	CHECK_ERRNO(link("f", "g"), EEXIST);
	CHECK_OK(unlink("f"));
	CHECK_FILE("g", "one");
	CHECK_OK(stat("g", &st));
	CHECK_EQ(st.st_nlink, 1);
	CHECK_OK(mkdir("d", 0755));
	CHECK_ERRNO(link("d", "e"), EPERM);
	CHECK_ERRNO(link("d", "g"), EEXIST);
	CHECK_ERRNO(link("d", "d/e"), EPERM);
	CHECK_ERRNO(link("none", "x"), ENOENT);
	CHECK_ERRNO(link("g", "none/x"), ENOENT);
	CHECK_ERRNO(link("g/x", "y"), ENOTDIR);
	CHECK_OK(symlink("g", "l"));
	CHECK_OK(link("l", "to_link"));
	CHECK_OK(lstat("to_link", &st));
	CHECK(S_ISLNK(st.st_mode));
	CHECK_OK(linkat(AT_FDCWD, "l", AT_FDCWD, "to_file", AT_SYMLINK_FOLLOW));
	CHECK_OK(lstat("to_file", &st));
	CHECK(S_ISREG(st.st_mode));
	CHECK_ERRNO(linkat(AT_FDCWD, "g", AT_FDCWD, "x", 0x1), EINVAL);
	CHECK_ERRNO(unlink("d"), EISDIR);
	CHECK_ERRNO(unlink("none"), ENOENT);
	CHECK_ERRNO(unlink(""), ENOENT);
	CHECK_ERRNO(unlink("g/"), ENOTDIR);
	CHECK_OK(unlink("l"));
	CHECK_FILE("g", "one");
}
