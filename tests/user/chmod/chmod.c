/* chmod(2), fchmod(2), fchmodat(2): the twelve bits, links followed, who may, set-group-ID of strangers' groups. */
#include "test.h"

static mode_t mode_of(const char *path)
{
	struct stat st;

	CHECK_OK(lstat(path, &st));
	return st.st_mode & 07777;
}

static void test(void)
{
	test_need_root();
	test_scratch();
	test_write_file("f", "");
	test_write_file("mine", "");
	CHECK_OK(symlink("f", "l"));
	CHECK_OK(chmod("f", 07777));
	CHECK_EQ(mode_of("f"), 07777);
	CHECK_OK(chmod("l", 0123));
	CHECK_EQ(mode_of("f"), 0123);
	CHECK_EQ(mode_of("l"), 0777);
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(fchmod(fd, 0100644));
	CHECK_EQ(mode_of("f"), 0644);
	CHECK_OK(syscall(SYS_fchmodat, AT_FDCWD, "f", 0600));
	CHECK_EQ(mode_of("f"), 0600);
	CHECK_ERRNO(chmod("none", 0600), ENOENT);
	CHECK_ERRNO(chmod("f/x", 0600), ENOTDIR);
	CHECK_ERRNO(syscall(SYS_fchmod, -1, 0600), EBADF);
	CHECK_OK(chown("mine", NO_UID, 0));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(chmod("f", 0666), EPERM);
		CHECK_OK(chmod("mine", 06711));
		CHECK_EQ(mode_of("mine"), 04711);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(mode_of("f"), 0600);
}
