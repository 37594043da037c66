/* getgroups(2) and setgroups(2): sizes, group rights on files, errors. */
#include "test.h"

static void test(void)
{
	gid_t set[3] = { 30, 10, 20 }, bad[2] = { 5, (gid_t)-1 }, got[8];

	test_need_root();
	test_scratch();
	test_write_file("f", "x");
	CHECK_OK(chown("f", 0, 20));
	CHECK_OK(chmod("f", 0640));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_setgroups, 3, set));
		CHECK_EQ(syscall(SYS_getgroups, 0, NULL), 3);
		CHECK_EQ(syscall(SYS_getgroups, 8, got), 3);
		CHECK_EQ(got[0], 10);
		CHECK_EQ(got[1], 20);
		CHECK_EQ(got[2], 30);
		CHECK_ERRNO(syscall(SYS_setgroups, 2, bad), EINVAL);
		CHECK_ERRNO(syscall(SYS_getgroups, 2, got), EINVAL);
		CHECK_ERRNO(syscall(SYS_getgroups, -1, got), EINVAL);
		CHECK_ERRNO(syscall(SYS_getgroups, 3, test_unmapped()), EFAULT);
		CHECK_ERRNO(syscall(SYS_setgroups, 65537, set), EINVAL);
		CHECK_OK(syscall(SYS_setresgid, NO_UID, NO_UID, NO_UID));
		CHECK_OK(syscall(SYS_setresuid, NO_UID, NO_UID, NO_UID));
		CHECK_OK(open("f", O_RDONLY));
		CHECK_ERRNO(open("f", O_WRONLY), EACCES);
		test_exit();
	}
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_EQ(syscall(SYS_getgroups, 0, NULL), 0);
		CHECK_ERRNO(open("f", O_RDONLY), EACCES);
		test_exit();
	}
	CHECK_CHILD(pid);
}
