/* mount(2) with MS_BIND: of directories, of files, of what is mounted below, into itself; the same inodes under another path. */
#include "mount_test.h"

static void same_file(const char *a, const char *b)
{
	struct stat x, y;

	CHECK_OK(stat(a, &x));
	CHECK_OK(stat(b, &y));
	CHECK_EQ(x.st_ino, y.st_ino);
	CHECK_EQ(x.st_dev, y.st_dev);
}

static void of_files(void)
{
	char buf[8];
	int fd;

	test_write_file("one", "1");
	test_write_file("two", "2");
	CHECK_ERRNO(mount("one", "b", NULL, MS_BIND, NULL), ENOTDIR);
	CHECK_ERRNO(mount("a", "two", NULL, MS_BIND, NULL), ENOTDIR);
	CHECK_OK(mount("one", "two", NULL, MS_BIND, NULL));
	fd = (int)CHECK_OK(open("two", O_RDONLY));
	CHECK_EQ(read(fd, buf, sizeof(buf)), 1);
	CHECK_EQ(buf[0], '1');
	CHECK_ERRNO(umount("two"), EBUSY);
	CHECK_OK(close(fd));
	CHECK_ERRNO(unlink("two"), EBUSY);
	CHECK_ERRNO(rename("one", "two"), EBUSY);
	CHECK_OK(rename("one", "three"));
	CHECK_OK(umount("two"));
	test_write_file("two", "again");
	CHECK_OK(unlink("two"));
	CHECK_OK(unlink("three"));
}

static void changes(void)
{
	char cwd[PATH_MAX], want[PATH_MAX];
	struct dirent *e;
	unsigned names = 0;
	DIR *d;

	test_write_file("b/made", "abc");
	same_file("a/made", "b/made");
	CHECK_OK(mkdir("b/dir", 0755));
	CHECK_OK(rename("b/made", "b/dir/moved"));
	CHECK_OK(access("a/dir/moved", F_OK));
	CHECK_OK(link("b/dir/moved", "b/linked"));
	CHECK_ERRNO(link("a/dir/moved", "b/linked2"), EXDEV);
	CHECK_ERRNO(rename("a/linked", "b/renamed"), EXDEV);
	CHECK_OK(symlink("dir/moved", "b/sym"));
	same_file("b/sym", "a/dir/moved");
	CHECK_OK(unlink("a/sym"));
	CHECK_ERRNO(access("b/sym", F_OK), ENOENT);
	CHECK_OK(chdir("b/dir"));
	snprintf(want, sizeof(want), "%s/b/dir", test_directory);
	CHECK(getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, want));
	CHECK_OK(rename("../dir", "../dir2"));
	snprintf(want, sizeof(want), "%s/b/dir2", test_directory);
	CHECK(getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, want));
	CHECK_OK(chdir("../.."));
	CHECK_OK(access("a/dir2", F_OK));
	d = opendir("b");
	while (d && (e = readdir(d)))
		names++;
	CHECK_EQ(names, 4);
	if (d)
		closedir(d);
	CHECK_OK(unlink("b/linked"));
	CHECK_OK(unlink("b/dir2/moved"));
	CHECK_OK(rmdir("b/dir2"));
}

static void recursive(void)
{
	CHECK_OK(mkdir("a/sub", 0755));
	CHECK_OK(mount("none", "a/sub", "tmpfs", 0, NULL));
	test_write_file("a/sub/deep", "x");
	CHECK_ERRNO(access("b/sub/deep", F_OK), ENOENT);
	CHECK_OK(mkdir("c", 0755));
	CHECK_OK(mount("a", "c", NULL, MS_BIND | MS_REC, NULL));
	same_file("c/sub/deep", "a/sub/deep");
	CHECK_ERRNO(umount("c"), EBUSY);
	CHECK_ERRNO(rmdir("b/sub"), EBUSY);
	CHECK_OK(umount("a/sub"));
	CHECK_OK(access("c/sub/deep", F_OK));
	CHECK_OK(umount2("c", MNT_DETACH));
	CHECK_ERRNO(access("c/sub", F_OK), ENOENT);
	CHECK_OK(rmdir("b/sub"));
	CHECK_OK(rmdir("c"));
}

static void test(void)
{
	struct stat st;

	mount_test_start();
	CHECK_OK(mkdir("a", 0755));
	CHECK_OK(mkdir("b", 0755));
	CHECK_ERRNO(mount("none", "b", NULL, MS_BIND, NULL), ENOENT);
	CHECK_ERRNO(mount(NULL, "b", NULL, MS_BIND, NULL), EINVAL);
	of_files();
	CHECK_OK(mount("a", "b", NULL, MS_BIND, NULL));
	same_file("a", "b");
	changes();
	recursive();
	CHECK_OK(stat("b/..", &st));
	CHECK_OK(umount("b"));
	/* Over itself, as container tools do. */
	CHECK_OK(mount("a", "a", NULL, MS_BIND, NULL));
	test_write_file("a/x", "x");
	CHECK_OK(umount("a"));
	CHECK_OK(unlink("a/x"));
	CHECK_OK(rmdir("a"));
	CHECK_OK(rmdir("b"));
}
