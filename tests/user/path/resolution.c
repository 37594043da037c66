/* How paths are walked: dots, doubled slashes, links in the middle, "..", beyond the root, trailing slashes. */
#include "test.h"

static void test(void)
{
	struct stat root, st;

	test_scratch();
	CHECK_OK(mkdir("a", 0755));
	CHECK_OK(mkdir("a/b", 0755));
	test_write_file("a/b/f", "x");
	CHECK_OK(symlink("a/b", "into"));
	CHECK_OK(symlink("../b/./../b/f", "a/link"));
	CHECK_OK(access("a//b///f", F_OK));
	CHECK_OK(access("./a/./b/../b/f", F_OK));
	CHECK_OK(access("into/f", F_OK));
	/* ".." behind a link goes to the parent of what it points to. */
	CHECK_OK(access("into/../b/f", F_OK));
	CHECK_ERRNO(access("into/../into", F_OK), ENOENT);
	CHECK_ERRNO(access("a/link", F_OK), ENOENT);
	CHECK_OK(unlink("a/link"));
	CHECK_OK(symlink("../a/b/f", "a/link"));
	CHECK_OK(access("a/link", F_OK));
	CHECK_OK(access("a/b/", F_OK));
	CHECK_OK(access("into/", F_OK));
	CHECK_ERRNO(access("a/b/f/", F_OK), ENOTDIR);
	CHECK_ERRNO(access("a/b/f/.", F_OK), ENOTDIR);
	CHECK_ERRNO(access("a/b/f/..", F_OK), ENOTDIR);
	CHECK_ERRNO(access("a/none/../b", F_OK), ENOENT);
	CHECK_OK(stat("/", &root));
	CHECK_OK(stat("/../../..", &st));
	CHECK_EQ(st.st_ino, root.st_ino);
	CHECK_EQ(st.st_dev, root.st_dev);
	CHECK_OK(lstat("into", &st));
	CHECK(S_ISLNK(st.st_mode));
	CHECK_OK(lstat("into/", &st));
	CHECK(S_ISDIR(st.st_mode));
}
