/* utimensat(2): set, UTIME_NOW, UTIME_OMIT, links, descriptors, who may, errors. */
#include "test.h"

/* utime, utimes and futimesat, raw: the C library makes utimensat of them. */
static void old_calls(void)
{
	struct timeval us[2] = { { 5, 6 }, { 7, 999999 } };
	long seconds[2] = { 11, 12 };
	struct stat st;

	CHECK_OK(syscall(SYS_utime, "f", seconds));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_atim.tv_sec, 11);
	CHECK_EQ(st.st_mtim.tv_sec, 12);
	CHECK_OK(syscall(SYS_utimes, "f", us));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_atim.tv_nsec, 6000);
	CHECK_EQ(st.st_mtim.tv_nsec, 999999000);
	CHECK_OK(syscall(SYS_utime, "f", NULL));
	CHECK_OK(stat("f", &st));
	CHECK(st.st_mtim.tv_sec > 1000000);
	CHECK_OK(syscall(SYS_futimesat, AT_FDCWD, "f", us));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_mtim.tv_sec, 7);
	us[1].tv_usec = 1000000;
	CHECK_ERRNO(syscall(SYS_utimes, "f", us), EINVAL);
	CHECK_ERRNO(syscall(SYS_utimes, "none", us), EINVAL);
	CHECK_ERRNO(syscall(SYS_utimes, "none", NULL), ENOENT);
	CHECK_ERRNO(syscall(SYS_utime, "f", test_unmapped()), EFAULT);
	/* utimensat looks at the times after the path. */
	struct timespec bad[2] = { { 0, -1 }, { 0, 0 } };
	CHECK_ERRNO(utimensat(AT_FDCWD, "none", bad, 0), ENOENT);
	CHECK_ERRNO(utimensat(AT_FDCWD, "f", bad, 0), EINVAL);
}

static void test(void)
{
	struct timespec t[2] = { { 1000, 5 }, { 2000, 999999999 } };
	struct stat st;

	test_scratch();
	test_write_file("f", "");
	CHECK_OK(symlink("f", "l"));
	CHECK_OK(utimensat(AT_FDCWD, "f", t, 0));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_atim.tv_sec, 1000);
	CHECK_EQ(st.st_mtim.tv_sec, 2000);
	CHECK_EQ(st.st_mtim.tv_nsec, 999999999);
	t[0] = (struct timespec){ 7, UTIME_OMIT };
	t[1] = (struct timespec){ 7, UTIME_NOW };
	CHECK_OK(utimensat(AT_FDCWD, "l", t, 0));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_atim.tv_sec, 1000);
	CHECK(st.st_mtim.tv_sec > 1000000);
	t[0] = t[1] = (struct timespec){ 33, 0 };
	CHECK_OK(utimensat(AT_FDCWD, "l", t, AT_SYMLINK_NOFOLLOW));
	CHECK_OK(lstat("l", &st));
	CHECK_EQ(st.st_mtim.tv_sec, 33);
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(syscall(SYS_utimensat, fd, NULL, t, 0));
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_mtim.tv_sec, 33);
	CHECK_OK(utimensat(AT_FDCWD, "f", NULL, 0));
	CHECK_OK(stat("f", &st));
	CHECK(st.st_atim.tv_sec > 1000000);
	t[0].tv_nsec = 1000000000;
	CHECK_ERRNO(utimensat(AT_FDCWD, "f", t, 0), EINVAL);
	CHECK_ERRNO(utimensat(AT_FDCWD, "none", NULL, 0), ENOENT);
	CHECK_ERRNO(utimensat(AT_FDCWD, "f", NULL, 0x4), EINVAL);
	CHECK_ERRNO(utimensat(-1, "f", NULL, 0), EBADF);
	if (geteuid() == 0) {
		pid_t pid = test_fork();
		if (pid == 0) {
			test_drop_root(NO_UID);
			t[0].tv_nsec = 0;
			CHECK_ERRNO(utimensat(AT_FDCWD, "f", t, 0), EPERM);
			CHECK_ERRNO(utimensat(AT_FDCWD, "f", NULL, 0), EACCES);
			test_exit();
		}
		CHECK_CHILD(pid);
	}
	old_calls();
}
