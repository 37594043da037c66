/* Extended attributes: setting, reading, replacing, listing and removing; name spaces and who may use them; sizes; errors. */
#include "test.h"

#include <sys/xattr.h>

static char value[70000], list[4096];

static bool listed(const char *path, const char *name)
{
	ssize_t n = listxattr(path, list, sizeof(list));

	for (ssize_t at = 0; at < n; at += (ssize_t)strlen(list + at) + 1)
		if (!strcmp(list + at, name))
			return true;
	return false;
}

static void check_values(const char *path)
{
	struct stat before, after;

	CHECK_OK(stat(path, &before));
	CHECK_OK(setxattr(path, "user.one", "first", 5, 0));
	CHECK_OK(setxattr(path, "user.empty", "", 0, 0));
	CHECK_EQ(getxattr(path, "user.one", value, sizeof(value)), 5);
	CHECK_BYTES(value, "first", 5);
	CHECK_EQ(getxattr(path, "user.empty", value, sizeof(value)), 0);
	CHECK_EQ(getxattr(path, "user.one", NULL, 0), 5);
	CHECK_EQ(getxattr(path, "user.one", value, 5), 5);
	CHECK_ERRNO(getxattr(path, "user.one", value, 4), ERANGE);
	CHECK_ERRNO(getxattr(path, "user.two", value, 4), ENODATA);
	CHECK_ERRNO(setxattr(path, "user.one", "x", 1, XATTR_CREATE), EEXIST);
	CHECK_ERRNO(setxattr(path, "user.two", "x", 1, XATTR_REPLACE), ENODATA);
	CHECK_OK(setxattr(path, "user.one", "another value", 13, XATTR_REPLACE));
	CHECK_OK(setxattr(path, "user.two", "\0\1\2", 3, XATTR_CREATE));
	CHECK_EQ(getxattr(path, "user.one", value, sizeof(value)), 13);
	CHECK_BYTES(value, "another value", 13);
	CHECK_EQ(getxattr(path, "user.two", value, sizeof(value)), 3);
	CHECK_BYTES(value, "\0\1\2", 3);
	CHECK(listed(path, "user.one") && listed(path, "user.two") && listed(path, "user.empty"));
	ssize_t all = CHECK_OK(listxattr(path, NULL, 0));
	CHECK_EQ(listxattr(path, list, (size_t)all), all);
	CHECK_ERRNO(listxattr(path, list, (size_t)all - 1), ERANGE);
	CHECK_OK(removexattr(path, "user.one"));
	CHECK_ERRNO(removexattr(path, "user.one"), ENODATA);
	CHECK(!listed(path, "user.one") && listed(path, "user.two"));
	CHECK_OK(stat(path, &after));
	CHECK(after.st_ctim.tv_sec > before.st_ctim.tv_sec || after.st_ctim.tv_nsec >= before.st_ctim.tv_nsec);
	CHECK_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

static void check_errors(void)
{
	char name[300] = "user.";
	int path_fd = (int)CHECK_OK(open("file", O_PATH));

	memset(name + 5, 'n', 251);
	CHECK_ERRNO(setxattr("file", name, "x", 1, 0), ERANGE);
	name[255] = '\0';
	CHECK_OK(setxattr("file", name, "x", 1, 0));
	CHECK_EQ(getxattr("file", name, value, 1), 1);
	CHECK_OK(removexattr("file", name));
	CHECK_ERRNO(setxattr("file", "user.", "x", 1, 0), EINVAL);
	CHECK_ERRNO(getxattr("file", "user.", value, 1), EINVAL);
	CHECK_ERRNO(setxattr("file", "strange.x", "x", 1, 0), EOPNOTSUPP);
	CHECK_ERRNO(getxattr("file", "noprefix", value, 1), EOPNOTSUPP);
	CHECK_ERRNO(setxattr("file", "user.x", "v", 1, 9), EINVAL);
	CHECK_ERRNO(setxattr("file", "user.x", value, sizeof(value), 0), E2BIG);
	CHECK_ERRNO(setxattr("file", "user.x", test_unmapped(), 7, 0), EFAULT);
	CHECK_ERRNO(setxattr("file", test_unmapped(), "x", 1, 0), EFAULT);
	CHECK_ERRNO(getxattr("file", "user.two", test_unmapped(), 100), EFAULT);
	CHECK_ERRNO(listxattr("file", test_unmapped(), 1000), EFAULT);
	CHECK_ERRNO(getxattr("missing", "user.x", value, 1), ENOENT);
	CHECK_ERRNO(fsetxattr(-1, "user.x", "x", 1, 0), EBADF);
	CHECK_ERRNO(fgetxattr(path_fd, "user.x", value, 1), EBADF);
	CHECK_OK(close(path_fd));
}

/* user.* is for regular files and directories; what a link is given stays with the link. */
static void check_kinds(void)
{
	int fd = (int)CHECK_OK(open("file", O_RDONLY));

	CHECK_OK(fsetxattr(fd, "user.fd", "7", 1, 0));
	CHECK_EQ(getxattr("link", "user.fd", value, 10), 1);
	CHECK_EQ(fgetxattr(fd, "user.fd", value, 10), 1);
	CHECK(flistxattr(fd, NULL, 0) > 0);
	CHECK_OK(fremovexattr(fd, "user.fd"));
	CHECK_OK(close(fd));
	CHECK_ERRNO(lsetxattr("link", "user.x", "x", 1, 0), EPERM);
	CHECK_ERRNO(lgetxattr("link", "user.x", value, 1), ENODATA);
	CHECK_OK(mkfifo("fifo", 0666));
	CHECK_ERRNO(setxattr("fifo", "user.x", "x", 1, 0), EPERM);
	CHECK_ERRNO(getxattr("fifo", "user.x", value, 1), ENODATA);
}

static void check_rights(void)
{
	if (geteuid() != 0)
		return;
	CHECK_OK(setxattr("file", "trusted.t", "root's", 6, 0));
	CHECK_OK(lsetxattr("link", "trusted.l", "l", 1, 0));
	CHECK_EQ(lgetxattr("link", "trusted.l", value, 1), 1);
	CHECK_ERRNO(removexattr("link", "trusted.l"), ENODATA);
	CHECK_OK(lremovexattr("link", "trusted.l"));
	CHECK_ERRNO(lgetxattr("link", "trusted.l", value, 1), ENODATA);
	CHECK(listed("file", "trusted.t"));
	CHECK_OK(setxattr("file", "security.astra", "s", 1, 0));
	CHECK_OK(chmod("file", 0644));
	CHECK_OK(mkdir("sticky", 0777));
	CHECK_OK(chmod("sticky", 01777));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(setgid(NO_UID));
		CHECK_OK(setuid(NO_UID));
		CHECK_ERRNO(getxattr("file", "trusted.t", value, 10), ENODATA);
		CHECK_ERRNO(setxattr("file", "trusted.t", "x", 1, 0), EPERM);
		CHECK_ERRNO(removexattr("file", "trusted.t"), EPERM);
		CHECK(!listed("file", "trusted.t"));
		CHECK_EQ(getxattr("file", "security.astra", value, 10), 1);
		CHECK_ERRNO(setxattr("file", "security.astra", "x", 1, 0), EPERM);
		CHECK_ERRNO(setxattr("file", "user.x", "x", 1, 0), EACCES);
		CHECK_EQ(getxattr("file", "user.two", value, 10), 3);
		CHECK_ERRNO(setxattr("sticky", "user.x", "x", 1, 0), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(removexattr("file", "trusted.t"));
}

static void test(void)
{
	test_scratch();
	test_write_file("file", "x");
	CHECK_OK(mkdir("dir", 0755));
	CHECK_OK(symlink("file", "link"));
	check_values("file");
	check_values("dir");
	check_errors();
	check_kinds();
	check_rights();
	/* A new file of the same name has none. */
	CHECK_OK(unlink("file"));
	test_write_file("file", "x");
	CHECK_ERRNO(getxattr("file", "user.two", value, 10), ENODATA);
}
