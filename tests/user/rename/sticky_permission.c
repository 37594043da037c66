/* Who may remove and rename: write permission on the directory, and in a sticky one the ownership of file or directory. */
#include "test.h"

static void test(void)
{
	test_need_root();
	test_scratch();
	CHECK_OK(mkdir("sticky", 0755));
	CHECK_OK(chmod("sticky", 01777));
	CHECK_OK(mkdir("closed", 0755));
	test_write_file("sticky/root", "");
	test_write_file("sticky/mine", "");
	test_write_file("closed/mine", "");
	CHECK_OK(chown("sticky/mine", NO_UID, NO_UID));
	CHECK_OK(chown("closed/mine", NO_UID, NO_UID));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(unlink("sticky/root"), EPERM);
		CHECK_ERRNO(rename("sticky/root", "sticky/x"), EPERM);
		CHECK_ERRNO(rename("sticky/mine", "sticky/root"), EPERM);
		CHECK_OK(rename("sticky/mine", "sticky/y"));
		CHECK_OK(unlink("sticky/y"));
		CHECK_ERRNO(unlink("closed/mine"), EACCES);
		CHECK_ERRNO(rename("closed/mine", "closed/z"), EACCES);
		CHECK_ERRNO(mkdir("closed/d", 0700), EACCES);
		CHECK_ERRNO(symlink("x", "closed/l"), EACCES);
		CHECK_ERRNO(link("closed/mine", "closed/l"), EACCES);
		CHECK_OK(mkdir("sticky/own", 0700));
		CHECK_OK(rmdir("sticky/own"));
		test_exit();
	}
	CHECK_CHILD(pid);
}
