/* unshare(2): a child that shares descriptors and directory gets its own; flags that make no sense; setns(2) of other files. */
#include "test.h"

static long shared_child(void)
{
	return RAW(SYS_clone, CLONE_FILES | CLONE_FS | SIGCHLD, 0, 0, 0, 0);
}

/* Closes fd 100 and goes to /, after it has unshared `flags`. */
static void change_in_child(unsigned long flags)
{
	long pid = shared_child();

	if (pid == 0) {
		if (RAW(SYS_unshare, flags) || close(100) || chdir("/"))
			_exit(1);
		umask(0);
		_exit(0);
	}
	CHECK(pid > 0);
	CHECK_CHILD((pid_t)pid);
}

static bool at_root(void)
{
	char buf[PATH_MAX];

	return getcwd(buf, sizeof(buf)) && !strcmp(buf, "/");
}

static void test(void)
{
	test_scratch();
	CHECK_EQ(dup2(2, 100), 100);
	change_in_child(CLONE_FILES | CLONE_FS);
	CHECK_OK(fcntl(100, F_GETFD));
	CHECK(!at_root());
	CHECK_EQ(umask(022), 022);
	change_in_child(CLONE_FILES);
	CHECK_OK(fcntl(100, F_GETFD));
	CHECK(at_root());
	CHECK_OK(chdir(test_directory));
	change_in_child(CLONE_FS);
	CHECK_ERRNO(fcntl(100, F_GETFD), EBADF);
	CHECK(!at_root());
	CHECK_OK(RAW(SYS_unshare, 0));
	CHECK_OK(RAW(SYS_unshare, CLONE_SYSVSEM));
	CHECK_OK(RAW(SYS_unshare, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	CHECK_EQ(RAW(SYS_unshare, 1), -EINVAL);
	CHECK_EQ(RAW(SYS_unshare, CLONE_PARENT), -EINVAL);
	CHECK_EQ(RAW(SYS_setns, -1, 0), -EBADF);
	CHECK_EQ(RAW(SYS_setns, 0, 0), -EINVAL);
	pid_t pid = test_fork();
	if (pid == 0) {
		if (geteuid() == 0)
			test_drop_root(NO_UID);
		CHECK_EQ(RAW(SYS_unshare, CLONE_NEWUTS), -EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}
