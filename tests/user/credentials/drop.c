/* Root given up does not come back: setuid, setresuid, setreuid, setgid, setgroups; the three identities. */
#include "test.h"

static void check_uids(uid_t r, uid_t e, uid_t s)
{
	uid_t a, b, c;

	CHECK_OK(getresuid(&a, &b, &c));
	CHECK_EQ(a, r);
	CHECK_EQ(b, e);
	CHECK_EQ(c, s);
	CHECK_EQ(getuid(), r);
	CHECK_EQ(geteuid(), e);
}

static void test(void)
{
	gid_t groups[3] = { 7, 8, 9 };

	test_need_root();
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_setgroups, 3, groups));
		CHECK_OK(syscall(SYS_setgid, NO_UID));
		CHECK_OK(syscall(SYS_setuid, NO_UID));
		check_uids(NO_UID, NO_UID, NO_UID);
		CHECK_EQ(getgid(), NO_UID);
		CHECK_EQ(getegid(), NO_UID);
		CHECK_ERRNO(syscall(SYS_setuid, 0), EPERM);
		CHECK_ERRNO(syscall(SYS_setresuid, 0, -1, -1), EPERM);
		CHECK_ERRNO(syscall(SYS_setresuid, -1, 0, -1), EPERM);
		CHECK_ERRNO(syscall(SYS_setreuid, -1, 0), EPERM);
		CHECK_ERRNO(syscall(SYS_setgid, 0), EPERM);
		CHECK_ERRNO(syscall(SYS_setresgid, 0, 0, 0), EPERM);
		CHECK_ERRNO(syscall(SYS_setgroups, 0, NULL), EPERM);
		CHECK_OK(syscall(SYS_setresuid, -1, -1, -1));
		CHECK_OK(syscall(SYS_setuid, NO_UID));
		check_uids(NO_UID, NO_UID, NO_UID);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(getuid(), 0);
}
