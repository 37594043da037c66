/* setxattr, getxattr, listxattr, removexattr, their l and f forms: copies in and out; fs/xattr.c does the work. Task context. */
#include "fs/xattr.h"

#include "fs/file.h"
#include "fs/mount.h"
#include "fs/notify.h"
#include "fs/path.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"

/* One call's arguments in kernel memory. */
struct request {
	enum { XATTR_SET, XATTR_GET, XATTR_LIST, XATTR_REMOVE } call;
	char name[XATTR_NAME_MAX + 1];
	void *memory;			/* the value or the list; NULL when size is 0 */
	uaddr user;
	size_t size;
	int flags;
};

/* The attribute's name is asked for before the file: 0, -ERANGE or -EFAULT. */
static int copy_name(struct request *r, uaddr name)
{
	ssize_t n = copy_string_from_user(r->name, name, sizeof(r->name));

	if (n == -EFAULT)
		return -EFAULT;
	return n < 0 || r->name[0] == '\0' ? -ERANGE : 0;
}

static int allocate(struct request *r, uaddr user, size_t size)
{
	r->user = user;
	r->size = size;
	r->memory = size ? kmalloc(size) : NULL;
	return size && !r->memory ? -ENOMEM : 0;
}

static int prepare_set(struct request *r, uaddr name, uaddr value, size_t size, int flags)
{
	int error;

	*r = (struct request){ .call = XATTR_SET, .flags = flags };
	error = flags & ~(XATTR_CREATE | XATTR_REPLACE) ? -EINVAL : copy_name(r, name);
	if (!error && size > XATTR_SIZE_MAX)
		error = -E2BIG;
	if (!error)
		error = allocate(r, value, size);
	if (!error && size)
		error = copy_from_user(r->memory, value, size);
	return error;
}

static int prepare_get(struct request *r, uaddr name, uaddr value, size_t size)
{
	int error;

	*r = (struct request){ .call = XATTR_GET };
	error = copy_name(r, name);
	return error ? error : allocate(r, value, MIN(size, XATTR_SIZE_MAX));
}

static int prepare_list(struct request *r, uaddr list, size_t size)
{
	*r = (struct request){ .call = XATTR_LIST };
	return allocate(r, list, MIN(size, XATTR_LIST_MAX));
}

static int prepare_remove(struct request *r, uaddr name)
{
	*r = (struct request){ .call = XATTR_REMOVE };
	return copy_name(r, name);
}

static long perform(struct request *r, struct dentry *d)
{
	struct inode *i = d->inode;
	long result;

	if ((r->call == XATTR_SET || r->call == XATTR_REMOVE) && mount_readonly(dentry_mount(d)))
		return -EROFS;
	switch (r->call) {
	case XATTR_SET:
		result = xattr_set(i, r->name, r->memory, r->size, r->flags);
		break;
	case XATTR_REMOVE:
		result = xattr_remove(i, r->name);
		break;
	case XATTR_GET:
		result = xattr_get(i, r->name, r->memory, r->size);
		break;
	default:
		result = xattr_list(i, r->memory, r->size);
		break;
	}
	if (result == 0 && (r->call == XATTR_SET || r->call == XATTR_REMOVE))
		notify_dentry(d, IN_ATTRIB);
	if (result > 0 && r->size && copy_to_user(r->user, r->memory, (size_t)result))
		result = -EFAULT;
	return result;
}

/* Each ends what prepare_ began, whatever that came to. */
static long on_path(struct request *r, int error, uaddr path, unsigned flags)
{
	struct dentry *d = error ? ERR_PTR(error) : path_lookup_user(AT_FDCWD, path, flags);
	long result;

	if (IS_ERR(d)) {
		result = PTR_ERR(d);
	} else {
		result = perform(r, d);
		dentry_put(d);
	}
	kfree(r->memory);
	return result;
}

static long on_descriptor(struct request *r, int error, int fd)
{
	struct file *f = error ? NULL : fd_get(fd);
	struct dentry *d;
	long result = error ? error : -EBADF;

	if (f) {
		d = file_dentry(f);
		file_put(f);
		result = IS_ERR(d) ? PTR_ERR(d) : perform(r, d);
		if (!IS_ERR(d))
			dentry_put(d);
	}
	kfree(r->memory);
	return result;
}

long sys_setxattr(uaddr path, uaddr name, uaddr value, size_t size, int flags)
{
	struct request r;

	return on_path(&r, prepare_set(&r, name, value, size, flags), path, PATH_FOLLOW);
}

long sys_lsetxattr(uaddr path, uaddr name, uaddr value, size_t size, int flags)
{
	struct request r;

	return on_path(&r, prepare_set(&r, name, value, size, flags), path, 0);
}

long sys_fsetxattr(int fd, uaddr name, uaddr value, size_t size, int flags)
{
	struct request r;

	return on_descriptor(&r, prepare_set(&r, name, value, size, flags), fd);
}

long sys_getxattr(uaddr path, uaddr name, uaddr value, size_t size)
{
	struct request r;

	return on_path(&r, prepare_get(&r, name, value, size), path, PATH_FOLLOW);
}

long sys_lgetxattr(uaddr path, uaddr name, uaddr value, size_t size)
{
	struct request r;

	return on_path(&r, prepare_get(&r, name, value, size), path, 0);
}

long sys_fgetxattr(int fd, uaddr name, uaddr value, size_t size)
{
	struct request r;

	return on_descriptor(&r, prepare_get(&r, name, value, size), fd);
}

long sys_listxattr(uaddr path, uaddr list, size_t size)
{
	struct request r;

	return on_path(&r, prepare_list(&r, list, size), path, PATH_FOLLOW);
}

long sys_llistxattr(uaddr path, uaddr list, size_t size)
{
	struct request r;

	return on_path(&r, prepare_list(&r, list, size), path, 0);
}

long sys_flistxattr(int fd, uaddr list, size_t size)
{
	struct request r;

	return on_descriptor(&r, prepare_list(&r, list, size), fd);
}

long sys_removexattr(uaddr path, uaddr name)
{
	struct request r;

	return on_path(&r, prepare_remove(&r, name), path, PATH_FOLLOW);
}

long sys_lremovexattr(uaddr path, uaddr name)
{
	struct request r;

	return on_path(&r, prepare_remove(&r, name), path, 0);
}

long sys_fremovexattr(int fd, uaddr name)
{
	struct request r;

	return on_descriptor(&r, prepare_remove(&r, name), fd);
}
