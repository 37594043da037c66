/* chown(2), lchown(2), fchown(2), fchownat(2): -1 keeps, set-ID bits go, who may give what to whom. */
#include "test.h"

static void check(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;

	CHECK_OK(lstat(path, &st));
	CHECK_EQ(st.st_uid, uid);
	CHECK_EQ(st.st_gid, gid);
	CHECK_EQ(st.st_mode & 07777, mode);
}

static void test(void)
{
	gid_t group = 77;

	test_need_root();
	test_scratch();
	test_write_file("f", "");
	CHECK_OK(symlink("f", "l"));
	CHECK_OK(chown("l", 5, 6));
	check("f", 5, 6, 0644);
	check("l", 0, 0, 0777);
	CHECK_OK(lchown("l", 8, 9));
	check("l", 8, 9, 0777);
	CHECK_OK(chown("f", (uid_t)-1, 7));
	check("f", 5, 7, 0644);
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(fchown(fd, NO_UID, (gid_t)-1));
	check("f", NO_UID, 7, 0644);
	CHECK_OK(fchownat(AT_FDCWD, "l", 1, 1, AT_SYMLINK_NOFOLLOW));
	check("l", 1, 1, 0777);
	CHECK_ERRNO(fchownat(AT_FDCWD, "l", 1, 1, 0x4), EINVAL);
	CHECK_OK(chmod("f", 06755));
	CHECK_OK(chown("f", NO_UID, NO_UID));
	check("f", NO_UID, NO_UID, 0755);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_setgroups, 1, &group));
		CHECK_OK(syscall(SYS_setresgid, NO_UID, NO_UID, NO_UID));
		CHECK_OK(syscall(SYS_setresuid, NO_UID, NO_UID, NO_UID));
		CHECK_ERRNO(chown("f", NO_UID + 1, (gid_t)-1), EPERM);
		CHECK_ERRNO(chown("f", (uid_t)-1, 78), EPERM);
		CHECK_OK(chown("f", NO_UID, 77));
		CHECK_ERRNO(lchown("l", (uid_t)-1, 77), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
	check("f", NO_UID, 77, 0755);
	/* A chown that changes neither id would still clear the bits: the owner's right alone. Others may do it where there are none. */
	CHECK_OK(chown("f", 0, 0));
	CHECK_OK(chmod("f", 06755));
	pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(chown("f", (uid_t)-1, (gid_t)-1), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
	check("f", 0, 0, 06755);
	CHECK_OK(chmod("f", 0755));
	/* The group of a set-gid directory's new programs is not for those outside of it. */
	CHECK_OK(mkdir("sg", 0700));
	CHECK_OK(chown("sg", 0, 77));
	CHECK_OK(chmod("sg", 02777));
	pid = test_fork();
	if (pid == 0) {
		umask(022);
		test_drop_root(NO_UID);
		CHECK_OK(chown("f", (uid_t)-1, (gid_t)-1));
		CHECK_OK(close((int)CHECK_OK(open("sg/x", O_WRONLY | O_CREAT, 07777))));
		CHECK_OK(close((int)CHECK_OK(open("sg/plain", O_WRONLY | O_CREAT, 02666))));
		check("sg/x", NO_UID, 77, 05755);
		check("sg/plain", NO_UID, 77, 02644);
		test_exit();
	}
	CHECK_CHILD(pid);
}
