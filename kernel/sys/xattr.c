/*
 * Extended attributes: no file here has any, and none can be set. The calls check what they are given as Linux does and
 * then answer as its file systems without attributes do: EOPNOTSUPP, and an empty list. Tools that copy or show attributes
 * (ls, cp, tar) take that for an answer, but not ENOSYS. Task context; no lock.
 */
#include "fs/file.h"
#include "fs/path.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX KIB(64)
#define XATTR_CREATE   1
#define XATTR_REPLACE  2

/* The attribute's name is asked for before the file: 0, -ERANGE or -EFAULT. */
static int check_name(uaddr name)
{
	char copy[XATTR_NAME_MAX + 1];
	ssize_t n = copy_string_from_user(copy, name, sizeof(copy));

	if (n == -EFAULT)
		return -EFAULT;
	return n < 0 || copy[0] == '\0' ? -ERANGE : 0;
}

static int check_value(uaddr value, size_t size)
{
	void *copy;
	int error;

	if (size > XATTR_SIZE_MAX)
		return -E2BIG;
	if (size == 0)
		return 0;
	copy = kmalloc(size);
	if (!copy)
		return -ENOMEM;
	error = copy_from_user(copy, value, size);
	kfree(copy);
	return error;
}

/* `answer` if the path leads to something. */
static long answer_path(uaddr path, unsigned flags, long answer)
{
	struct dentry *d = path_lookup_user(AT_FDCWD, path, flags);

	if (IS_ERR(d))
		return PTR_ERR(d);
	dentry_put(d);
	return answer;
}

static long answer_descriptor(int fd, long answer)
{
	struct file *f = fd_get(fd);

	if (!f)
		return -EBADF;
	file_put(f);
	return answer;
}

static int check_set(uaddr name, uaddr value, size_t size, int flags)
{
	int error = flags & ~(XATTR_CREATE | XATTR_REPLACE) ? -EINVAL : check_name(name);

	return error ? error : check_value(value, size);
}

long sys_setxattr(uaddr path, uaddr name, uaddr value, size_t size, int flags)
{
	int error = check_set(name, value, size, flags);

	return error ? error : answer_path(path, PATH_FOLLOW, -EOPNOTSUPP);
}

long sys_lsetxattr(uaddr path, uaddr name, uaddr value, size_t size, int flags)
{
	int error = check_set(name, value, size, flags);

	return error ? error : answer_path(path, 0, -EOPNOTSUPP);
}

long sys_fsetxattr(int fd, uaddr name, uaddr value, size_t size, int flags)
{
	int error = check_set(name, value, size, flags);

	return error ? error : answer_descriptor(fd, -EOPNOTSUPP);
}

long sys_getxattr(uaddr path, uaddr name, uaddr value, size_t size)
{
	int error = check_name(name);

	return error ? error : answer_path(path, PATH_FOLLOW, -EOPNOTSUPP);
}

long sys_lgetxattr(uaddr path, uaddr name, uaddr value, size_t size)
{
	int error = check_name(name);

	return error ? error : answer_path(path, 0, -EOPNOTSUPP);
}

long sys_fgetxattr(int fd, uaddr name, uaddr value, size_t size)
{
	int error = check_name(name);

	return error ? error : answer_descriptor(fd, -EOPNOTSUPP);
}

long sys_listxattr(uaddr path, uaddr list, size_t size)
{
	return answer_path(path, PATH_FOLLOW, 0);
}

long sys_llistxattr(uaddr path, uaddr list, size_t size)
{
	return answer_path(path, 0, 0);
}

long sys_flistxattr(int fd, uaddr list, size_t size)
{
	return answer_descriptor(fd, 0);
}

long sys_removexattr(uaddr path, uaddr name)
{
	int error = check_name(name);

	return error ? error : answer_path(path, PATH_FOLLOW, -EOPNOTSUPP);
}

long sys_lremovexattr(uaddr path, uaddr name)
{
	int error = check_name(name);

	return error ? error : answer_path(path, 0, -EOPNOTSUPP);
}

long sys_fremovexattr(int fd, uaddr name)
{
	int error = check_name(name);

	return error ? error : answer_descriptor(fd, -EOPNOTSUPP);
}
