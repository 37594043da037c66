/* mknod(2): regular files, FIFOs, device nodes by number, who may, errors. */
#include "test.h"
#include <sys/sysmacros.h>

static void test(void)
{
	struct stat st;
	char buf[4];

	test_need_root();
	test_scratch();
	CHECK_OK(mknod("reg", S_IFREG | 0640, 0));
	CHECK_OK(stat("reg", &st));
	CHECK_EQ(st.st_mode, S_IFREG | 0640);
	CHECK_OK(mknod("plain", 0600, 0));
	CHECK_OK(stat("plain", &st));
	CHECK(S_ISREG(st.st_mode));
	CHECK_OK(mknod("zero", S_IFCHR | 0666, makedev(1, 5)));
	CHECK_OK(stat("zero", &st));
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_rdev, makedev(1, 5));
	int fd = open("zero", O_RDONLY);
	if (fd >= 0) {
		CHECK_EQ(read(fd, buf, 4), 4);
		CHECK_BYTES(buf, "\0\0\0\0", 4);
	} else {
		/* A file system mounted without devices. */
		CHECK_EQ(errno, EACCES);
	}
	CHECK_ERRNO(mknod("reg", S_IFREG | 0600, 0), EEXIST);
	CHECK_ERRNO(mknod("dir", S_IFDIR | 0700, 0), EPERM);
	CHECK_ERRNO(mknod("odd", 0030000 | 0700, 0), EINVAL);
	CHECK_ERRNO(mknod("none/x", S_IFIFO | 0600, 0), ENOENT);
	CHECK_OK(mknodat(AT_FDCWD, "fifo", S_IFIFO | 0600, 0));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(mknod("dev", S_IFCHR | 0600, makedev(1, 3)), EPERM);
		CHECK_ERRNO(mknod("reg", S_IFCHR | 0600, makedev(1, 3)), EEXIST);
		CHECK_ERRNO(mknod("none/x", S_IFCHR | 0600, makedev(1, 3)), ENOENT);
		CHECK_OK(mknod("fifo2", S_IFIFO | 0600, 0));
		test_exit();
	}
	CHECK_CHILD(pid);
}
