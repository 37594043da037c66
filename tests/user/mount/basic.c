/* mount(2) of tmpfs and umount(2): contents, st_dev, options, "..", EBUSY, names that are mount points, errors. */
#include "mount_test.h"

static void errors(void)
{
	test_write_file("file", "x");
	CHECK_ERRNO(mount("none", "missing", "tmpfs", 0, NULL), ENOENT);
	CHECK_ERRNO(mount("none", "file", "tmpfs", 0, NULL), ENOTDIR);
	CHECK_ERRNO(mount("none", "m", "nosuchfs", 0, NULL), ENODEV);
	CHECK_ERRNO(mount("none", "m", NULL, 0, NULL), EINVAL);
	CHECK_ERRNO(mount("none", "m", "tmpfs", 0, "nonsense=1"), EINVAL);
	CHECK_ERRNO(mount("none", "m", "tmpfs", 0, "size=12q"), EINVAL);
	CHECK_ERRNO(mount("none", (const char *)test_unmapped(), "tmpfs", 0, NULL), EFAULT);
	CHECK_ERRNO(mount("none", "m", (const char *)test_unmapped(), 0, NULL), EFAULT);
	CHECK_ERRNO(umount("m"), EINVAL);
	CHECK_ERRNO(umount("missing"), ENOENT);
	CHECK_ERRNO(umount2("m", 0x100), EINVAL);
	CHECK_ERRNO(mount(NULL, "m", NULL, MS_REMOUNT, NULL), EINVAL);
	CHECK_OK(unlink("file"));
}

static void in_use(void)
{
	int fd = (int)CHECK_OK(open("m/f", O_RDONLY));

	CHECK_ERRNO(umount("m"), EBUSY);
	CHECK_OK(close(fd));
	CHECK_OK(chdir("m"));
	CHECK_ERRNO(umount("../m"), EBUSY);
	CHECK_OK(chdir(".."));
	CHECK_OK(mkdir("m/sub", 0755));
	CHECK_OK(mount("none", "m/sub", "tmpfs", 0, NULL));
	CHECK_ERRNO(umount("m"), EBUSY);
	CHECK_ERRNO(rmdir("m/sub"), EBUSY);
	CHECK_ERRNO(rename("m/sub", "m/other"), EBUSY);
	CHECK_OK(umount("m/sub"));
	CHECK_OK(rmdir("m/sub"));
}

static void test(void)
{
	struct stat under, over, up;
	char cwd[PATH_MAX], want[PATH_MAX];

	mount_test_start();
	CHECK_OK(mkdir("m", 0700));
	errors();
	test_write_file("m/hidden", "x");
	CHECK_OK(stat("m", &under));
	CHECK_OK(mount("none", "m", "tmpfs", 0, "mode=751,uid=12,gid=34"));
	CHECK_OK(stat("m", &over));
	CHECK(over.st_dev != under.st_dev);
	CHECK_EQ(over.st_mode & 07777, 0751);
	CHECK_EQ(over.st_uid, 12);
	CHECK_EQ(over.st_gid, 34);
	CHECK_ERRNO(access("m/hidden", F_OK), ENOENT);
	test_write_file("m/f", "abc");
	CHECK_OK(stat("m/..", &up));
	CHECK_OK(stat(".", &under));
	CHECK_EQ(up.st_ino, under.st_ino);
	CHECK_EQ(up.st_dev, under.st_dev);
	CHECK_OK(chdir("m"));
	snprintf(want, sizeof(want), "%s/m", test_directory);
	CHECK(getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, want));
	CHECK_OK(chdir(".."));
	CHECK_ERRNO(rmdir("m"), EBUSY);
	CHECK_ERRNO(rename("m", "n"), EBUSY);
	CHECK_ERRNO(rename("m/f", "f"), EXDEV);
	CHECK_ERRNO(link("m/f", "f"), EXDEV);
	in_use();
	CHECK_OK(umount("m"));
	CHECK_OK(access("m/hidden", F_OK));
	CHECK_ERRNO(access("m/f", F_OK), ENOENT);
	CHECK_ERRNO(umount("m"), EINVAL);
	CHECK_OK(unlink("m/hidden"));
	CHECK_OK(rmdir("m"));
}
