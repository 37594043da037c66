/* chroot(2): the new root bounds ".." and absolute paths, EPERM for ordinary users, ENOTDIR, ENOENT. */
#include "test.h"

static void test(void)
{
	char buf[256];

	test_need_root();
	test_scratch();
	CHECK_OK(mkdir("jail", 0755));
	CHECK_OK(mkdir("jail/in", 0755));
	test_write_file("jail/file", "x");
	test_write_file("outside", "x");
	CHECK_OK(symlink("/file", "jail/absolute"));
	CHECK_ERRNO(chroot("outside"), ENOTDIR);
	CHECK_ERRNO(chroot("none"), ENOENT);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(chroot("jail"));
		CHECK_OK(chdir("/"));
		CHECK(getcwd(buf, sizeof(buf)) && !strcmp(buf, "/"));
		CHECK_OK(access("/file", F_OK));
		CHECK_OK(access("/in/../../../file", F_OK));
		CHECK_OK(access("absolute", F_OK));
		CHECK_ERRNO(access("/outside", F_OK), ENOENT);
		CHECK_ERRNO(access("/tmp", F_OK), ENOENT);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(access("outside", F_OK));
	pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(chroot("jail"), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}
