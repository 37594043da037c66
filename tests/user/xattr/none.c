/* Extended attributes of a file that has none and takes none (one of /proc): EOPNOTSUPP, an empty list, and what is refused first. */
#include "test.h"

#include <sys/xattr.h>

#define FILE_PATH "/proc/version"

static char value[100], huge[70000], name[300];

static void check_names(void)
{
	CHECK_ERRNO(getxattr(FILE_PATH, "", value, sizeof(value)), ERANGE);
	CHECK_ERRNO(getxattr(FILE_PATH, name, value, sizeof(value)), ERANGE);
	CHECK_ERRNO(getxattr(FILE_PATH, (char *)8, value, sizeof(value)), EFAULT);
	CHECK_ERRNO(removexattr(FILE_PATH, ""), ERANGE);
	CHECK_ERRNO(setxattr(FILE_PATH, "", "v", 1, 0), ERANGE);
}

static void test(void)
{
	int fd = (int)CHECK_OK(open(FILE_PATH, O_RDONLY));
	int path_fd = (int)CHECK_OK(open(FILE_PATH, O_PATH));

	memset(name, 'u', sizeof(name) - 1);
	CHECK_ERRNO(getxattr(FILE_PATH, "user.x", value, sizeof(value)), EOPNOTSUPP);
	CHECK_ERRNO(lgetxattr(FILE_PATH, "security.selinux", value, sizeof(value)), EOPNOTSUPP);
	CHECK_ERRNO(fgetxattr(fd, "system.posix_acl_access", value, sizeof(value)), EOPNOTSUPP);
	CHECK_EQ(listxattr(FILE_PATH, value, sizeof(value)), 0);
	CHECK_EQ(llistxattr(FILE_PATH, NULL, 0), 0);
	CHECK_EQ(flistxattr(fd, value, sizeof(value)), 0);
	CHECK_ERRNO(setxattr(FILE_PATH, "user.x", "v", 1, 0), EOPNOTSUPP);
	CHECK_ERRNO(fsetxattr(fd, "user.x", "v", 1, XATTR_CREATE), EOPNOTSUPP);
	CHECK_ERRNO(removexattr(FILE_PATH, "user.x"), EOPNOTSUPP);
	CHECK_ERRNO(fremovexattr(fd, "user.x"), EOPNOTSUPP);

	check_names();
	CHECK_ERRNO(setxattr(FILE_PATH, "user.x", "v", 1, 9), EINVAL);
	CHECK_ERRNO(setxattr(FILE_PATH, "user.x", huge, sizeof(huge), 0), E2BIG);
	CHECK_ERRNO(setxattr(FILE_PATH, "user.x", (char *)8, 7, 0), EFAULT);
	CHECK_ERRNO(getxattr("/nothing", "user.x", value, sizeof(value)), ENOENT);
	CHECK_ERRNO(llistxattr("/nothing", value, sizeof(value)), ENOENT);
	CHECK_ERRNO(flistxattr(-1, value, sizeof(value)), EBADF);
	CHECK_ERRNO(fgetxattr(path_fd, "user.x", value, sizeof(value)), EBADF);
}
