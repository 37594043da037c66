/* stat(2), lstat(2), fstat(2), fstatat: types, sizes, link counts, identity, times that do not run backwards. */
#include "test.h"

static void test(void)
{
	struct stat a, b, st;

	test_scratch();
	test_write_file("f", "12345");
	CHECK_OK(mkdir("d", 0751));
	CHECK_OK(symlink("f", "l"));
	CHECK_OK(link("f", "g"));
	CHECK_OK(stat("f", &a));
	CHECK_OK(stat("g", &b));
	CHECK_EQ(a.st_mode, S_IFREG | 0644);
	CHECK_EQ(a.st_size, 5);
	CHECK_EQ(a.st_nlink, 2);
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK_EQ(a.st_dev, b.st_dev);
	CHECK_EQ(a.st_uid, getuid());
	CHECK_EQ(a.st_gid, getgid());
	CHECK(a.st_blksize >= 512);
	CHECK(a.st_mtim.tv_nsec < 1000000000);
	CHECK_OK(stat("l", &st));
	CHECK_EQ(st.st_ino, a.st_ino);
	CHECK_OK(lstat("l", &st));
	CHECK_EQ(st.st_mode, S_IFLNK | 0777);
	CHECK_EQ(st.st_size, 1);
	CHECK_OK(stat("d", &st));
	CHECK_EQ(st.st_mode, S_IFDIR | 0751);
	CHECK_OK(stat("/dev/null", &st));
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_rdev, 0x103);
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_ino, a.st_ino);
	CHECK_OK(fstatat(fd, "", &st, AT_EMPTY_PATH));
	CHECK_EQ(st.st_ino, a.st_ino);
	CHECK_OK(fstatat(AT_FDCWD, "l", &st, AT_SYMLINK_NOFOLLOW));
	CHECK(S_ISLNK(st.st_mode));
	CHECK_ERRNO(syscall(SYS_newfstatat, fd, "", &st, 0), ENOENT);
	CHECK_ERRNO(syscall(SYS_newfstatat, AT_FDCWD, "f", &st, 0x4), EINVAL);
	CHECK_ERRNO(stat("", &st), ENOENT);
	CHECK_ERRNO(stat("none", &st), ENOENT);
	CHECK_ERRNO(stat("f/x", &st), ENOTDIR);
	CHECK_ERRNO(syscall(SYS_fstat, -1, &st), EBADF);
}
