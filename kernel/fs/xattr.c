/*
 * Extended attributes: a list per inode, which exists only where there are attributes, in the order in which they were set.
 * inode->lock (a mutex) guards it. What an inode holds is bounded, so that nobody fills the kernel's memory with attributes
 * where a file would be refused. security.* is stored for root and read by anybody; the kernel itself acts upon none.
 */
#include "fs/xattr.h"

#include "fs/file.h"
#include "fs/memfs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/task.h"

#define INODE_MAX KIB(256)	/* names and values of one inode */

/* Letters: [I] immutable while in the list. */
struct xattr {
	struct list link;		/* [inode->lock] */
	u32 name_length;		/* [I] */
	u32 size;			/* [I] of the value, which follows the name and its NUL */
	char name[];			/* [I] */
};

/* Letters: [i] the inode's lock. */
struct xattrs {
	struct list list;		/* [i] */
	u64 bytes;			/* [i] of names and values */
};

enum space { SPACE_USER, SPACE_TRUSTED, SPACE_SECURITY, SPACE_OTHER };

static const struct {
	const char *prefix;
	size_t length;
} spaces[] = {
	[SPACE_USER] = { "user.", 5 },
	[SPACE_TRUSTED] = { "trusted.", 8 },
	[SPACE_SECURITY] = { "security.", 9 },
};

static enum space space_of(const char *name, size_t length)
{
	unsigned s;

	for (s = 0; s < SPACE_OTHER; s++)
		if (length >= spaces[s].length && memcmp(name, spaces[s].prefix, spaces[s].length) == 0)
			break;
	return s;
}

/* What xattr(7) says about who may do what; -ENODATA hides what may not be read. */
static int check_access(struct inode *i, enum space space, unsigned access)
{
	const struct cred *c = current->cred;
	int refused = access & MAY_WRITE ? -EPERM : -ENODATA;

	switch (space) {
	case SPACE_SECURITY:
		return (access & MAY_WRITE) && !cred_is_root(c) ? -EPERM : 0;
	case SPACE_TRUSTED:
		if (!cred_is_root(c))
			return refused;
		break;
	case SPACE_USER:
		if (!S_ISREG(i->mode) && !S_ISDIR(i->mode))
			return refused;
		if (S_ISDIR(i->mode) && (i->mode & S_ISVTX) && (access & MAY_WRITE) && !inode_owned_by(i, c))
			return -EPERM;
		break;
	default:
		break;
	}
	return inode_permission(i, c, access);
}

static int check_name(struct inode *i, const char *name, unsigned access)
{
	size_t length = strlen(name);
	enum space space = space_of(name, length);
	int error = check_access(i, space, access);

	if (error)
		return error;
	if (space == SPACE_OTHER || !i->ops->has_xattrs)
		return -EOPNOTSUPP;
	return length == spaces[space].length ? -EINVAL : 0;
}

static struct xattr *find(struct inode *i, const char *name) REQUIRES(i->lock)
{
	struct xattr *x;

	if (!i->xattrs)
		return NULL;
	list_for_each(x, &i->xattrs->list, link)
		if (strcmp(x->name, name) == 0)
			return x;
	return NULL;
}

static const char *value_of(const struct xattr *x)
{
	return x->name + x->name_length + 1;
}

static u64 bytes_of(const struct xattr *x)
{
	return x->name_length + 1 + x->size;
}

static struct xattr *make(const char *name, size_t length, const void *value, size_t size)
{
	struct xattr *x = kmalloc(sizeof(*x) + length + 1 + size);

	if (!x)
		return NULL;
	x->name_length = (u32)length;
	x->size = (u32)size;
	memcpy(x->name, name, length);
	x->name[length] = '\0';
	memcpy(x->name + length + 1, value, size);
	return x;
}

/* The inode's list, made at the first use; NULL when memory is out. */
static struct xattrs *get_list(struct inode *i) REQUIRES(i->lock)
{
	if (!i->xattrs) {
		struct xattrs *fresh = kzalloc(sizeof(*fresh));

		if (!fresh)
			return NULL;
		list_init(&fresh->list);
		WRITE_ONCE(i->xattrs, fresh);
	}
	return i->xattrs;
}

static void drop(struct inode *i, struct xattr *x) REQUIRES(i->lock)
{
	i->xattrs->bytes -= bytes_of(x);
	list_del(&x->link);
	kfree(x);
}

ssize_t xattr_get(struct inode *i, const char *name, void *value, size_t size)
{
	ssize_t result = check_name(i, name, MAY_READ);
	struct xattr *x;

	if (result)
		return result;
	mutex_lock(&i->lock);
	x = find(i, name);
	if (!x)
		result = -ENODATA;
	else if (size && x->size > size)
		result = -ERANGE;
	else
		result = (ssize_t)x->size;
	if (result > 0 && size)
		memcpy(value, value_of(x), x->size);
	mutex_unlock(&i->lock);
	return result;
}

/* Put x in the place of the attribute of its name: 0 or why not. */
static int replace(struct inode *i, struct xattr *x, int flags) REQUIRES(i->lock)
{
	struct xattr *old = find(i, x->name);
	struct xattrs *l;

	if (old && (flags & XATTR_CREATE))
		return -EEXIST;
	if (!old && (flags & XATTR_REPLACE))
		return -ENODATA;
	l = get_list(i);
	if (!l)
		return -ENOMEM;
	if (l->bytes + bytes_of(x) - (old ? bytes_of(old) : 0) > INODE_MAX || !memfs_room())
		return -ENOSPC;
	if (old)
		drop(i, old);
	list_add_tail(&l->list, &x->link);
	l->bytes += bytes_of(x);
	i->ctime = clock_realtime();
	return 0;
}

int xattr_set(struct inode *i, const char *name, const void *value, size_t size, int flags)
{
	int error = check_name(i, name, MAY_WRITE);
	struct xattr *x;

	if (error)
		return error;
	x = make(name, strlen(name), value, size);
	if (!x)
		return -ENOMEM;
	mutex_lock(&i->lock);
	error = replace(i, x, flags);
	mutex_unlock(&i->lock);
	if (error)
		kfree(x);
	return error;
}

int xattr_remove(struct inode *i, const char *name)
{
	int error = check_name(i, name, MAY_WRITE);
	struct xattr *x;

	if (error)
		return error;
	mutex_lock(&i->lock);
	x = find(i, name);
	if (x) {
		drop(i, x);
		i->ctime = clock_realtime();
	} else {
		error = -ENODATA;
	}
	mutex_unlock(&i->lock);
	return error;
}

/* Names that only root may see are left out for others. */
static ssize_t list_names(struct inode *i, char *list, size_t size) REQUIRES(i->lock)
{
	bool root = cred_is_root(current->cred);
	size_t used = 0;
	struct xattr *x;

	list_for_each(x, &i->xattrs->list, link) {
		size_t n = x->name_length + 1;

		if (!root && space_of(x->name, x->name_length) == SPACE_TRUSTED)
			continue;
		if (size && used + n > size)
			return -ERANGE;
		if (size)
			memcpy(list + used, x->name, n);
		used += n;
	}
	return used > XATTR_LIST_MAX ? -E2BIG : (ssize_t)used;
}

ssize_t xattr_list(struct inode *i, char *list, size_t size)
{
	ssize_t result = 0;

	mutex_lock(&i->lock);
	if (i->xattrs)
		result = list_names(i, list, size);
	mutex_unlock(&i->lock);
	return result;
}

int xattr_add(struct inode *i, const char *name, size_t length, const void *value, size_t size)
{
	struct xattr *x;
	int error = -ENOMEM;

	if (!i->ops->has_xattrs || length > XATTR_NAME_MAX || size > XATTR_SIZE_MAX || space_of(name, length) == SPACE_OTHER)
		return 0;
	x = make(name, length, value, size);
	if (!x)
		return -ENOMEM;
	mutex_lock(&i->lock);
	if (get_list(i)) {
		struct xattr *old = find(i, x->name);

		if (old)
			drop(i, old);
		list_add_tail(&i->xattrs->list, &x->link);
		i->xattrs->bytes += bytes_of(x);
		error = 0;
	}
	mutex_unlock(&i->lock);
	if (error)
		kfree(x);
	return error;
}

void xattrs_free(struct inode *i)
{
	struct xattrs *l = i->xattrs;

	if (!l)
		return;
	while (!list_empty(&l->list)) {
		struct xattr *x = list_first(&l->list, struct xattr, link);

		list_del(&x->link);
		kfree(x);
	}
	kfree(l);
}
