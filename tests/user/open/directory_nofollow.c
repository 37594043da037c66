/* open(2) with O_DIRECTORY and O_NOFOLLOW, and trailing slashes. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("file", "");
	CHECK_OK(mkdir("dir", 0755));
	CHECK_OK(symlink("file", "to_file"));
	CHECK_OK(symlink("dir", "to_dir"));
	CHECK_OK(symlink("nothing", "dangling"));

	CHECK_OK(open("dir", O_RDONLY | O_DIRECTORY));
	CHECK_OK(open("to_dir", O_RDONLY | O_DIRECTORY));
	CHECK_ERRNO(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(open("to_file", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(open("none", O_RDONLY | O_DIRECTORY), ENOENT);
	CHECK_ERRNO(open("file/", O_RDONLY), ENOTDIR);
	CHECK_OK(open("dir/", O_RDONLY));

	CHECK_ERRNO(open("to_file", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_ERRNO(open("dangling", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_ERRNO(open("to_dir", O_RDONLY | O_NOFOLLOW | O_DIRECTORY), ENOTDIR);
	CHECK_OK(open("file", O_RDONLY | O_NOFOLLOW));
	CHECK_OK(open("to_dir/.", O_RDONLY | O_NOFOLLOW));
	CHECK_ERRNO(open("to_file", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_ERRNO(open("dangling", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_OK(open("dangling", O_RDWR | O_CREAT, 0600));
	CHECK_OK(access("nothing", F_OK));
}
