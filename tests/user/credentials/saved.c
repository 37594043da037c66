/* The saved user: an effective user laid aside can be taken up again, and rights follow the effective one. */
#include "test.h"

static void test(void)
{
	test_need_root();
	test_scratch();
	test_write_file("secret", "x");
	CHECK_OK(chmod("secret", 0600));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_setresuid, -1, NO_UID, -1));
		CHECK_EQ(geteuid(), NO_UID);
		CHECK_EQ(getuid(), 0);
		CHECK_ERRNO(open("secret", O_RDONLY), EACCES);
		CHECK_ERRNO(syscall(SYS_setresuid, -1, NO_UID + 1, -1), EPERM);
		CHECK_OK(syscall(SYS_setresuid, -1, 0, -1));
		CHECK_OK(open("secret", O_RDONLY));
		CHECK_OK(syscall(SYS_setreuid, NO_UID, NO_UID + 1));
		CHECK_EQ(getuid(), NO_UID);
		CHECK_EQ(geteuid(), NO_UID + 1);
		CHECK_ERRNO(syscall(SYS_setuid, 0), EPERM);
		CHECK_OK(syscall(SYS_setuid, NO_UID));
		CHECK_EQ(geteuid(), NO_UID);
		CHECK_OK(syscall(SYS_setreuid, -1, NO_UID + 1));
		test_exit();
	}
	CHECK_CHILD(pid);
}
