/* openat(2): relative to a directory descriptor, AT_FDCWD, absolute paths ignore the descriptor; EBADF and ENOTDIR. */
#include "test.h"

static void test(void)
{
	char path[128];

	test_scratch();
	CHECK_OK(mkdir("a", 0755));
	CHECK_OK(mkdir("a/b", 0755));
	test_write_file("a/b/f", "x");
	int a = (int)CHECK_OK(open("a", O_RDONLY | O_DIRECTORY));
	int f = (int)CHECK_OK(openat(a, "b/f", O_RDONLY));

	CHECK_OK(openat(AT_FDCWD, "a/b/f", O_RDONLY));
	CHECK_OK(openat(a, "../a/b/../b/./f", O_RDONLY));
	snprintf(path, sizeof(path), "%s/a/b/f", test_directory);
	CHECK_OK(openat(-1, path, O_RDONLY));
	CHECK_OK(openat(f, path, O_RDONLY));
	CHECK_ERRNO(openat(f, "x", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(openat(-1, "x", O_RDONLY), EBADF);
	CHECK_ERRNO(openat(9999, "x", O_RDONLY), EBADF);
	CHECK_ERRNO(openat(a, "", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("", O_RDONLY), ENOENT);
	CHECK_OK(openat(a, "new", O_CREAT | O_WRONLY, 0600));
	CHECK_OK(access("a/new", F_OK));

	CHECK_OK(rename("a", "moved"));
	CHECK_OK(openat(a, "b/f", O_RDONLY));
	CHECK_OK(chdir("moved/b"));
	CHECK_OK(openat(a, "new", O_RDONLY));
}
