/* Directories: getdents64, chdir, chroot, getcwd, and the calls that change names. Task context. */
#include "fs/dirops.h"
#include "fs/file.h"
#include "fs/notify.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

#define DIRENT_BUFFER_MAX KIB(32)

/* struct linux_dirent64, without its name. */
struct dirent_head {
	u64 ino;
	i64 next_pos;
	u16 length;
	u8 type;
} __packed;

/* Collects records in kernel memory: emit is called under a directory's spinlock. */
struct dirent_buffer {
	struct dir_context context;
	u8 *bytes;
	size_t used, size;
	bool too_small;			/* the first record did not fit */
};

static bool emit_dirent(struct dir_context *c, const char *name, size_t length, u64 ino, unsigned type, u64 next_pos)
{
	struct dirent_buffer *b = container_of(c, struct dirent_buffer, context);
	size_t size = ALIGN_UP(sizeof(struct dirent_head) + length + 1, 8ul);
	u8 *record = b->bytes + b->used;

	if (size > b->size - b->used) {
		b->too_small = b->used == 0;
		return false;
	}
	*(u64 *)(record + size - sizeof(u64)) = 0;	/* what pads the name to the next record */
	*(struct dirent_head *)record = (struct dirent_head){ ino, (i64)next_pos, (u16)size, (u8)type };
	memcpy(record + sizeof(struct dirent_head), name, length);
	b->used += size;
	return true;
}

/* "." and "..", at positions 0 and 1; the entries of the file system follow from 2 on. */
static int emit_all(struct file *f, struct dir_context *c)
{
	struct dentry *parent;

	if (c->pos == 0) {
		if (!c->emit(c, ".", 1, f->inode->ino, S_IFDIR >> 12, 1))
			return 0;
		c->pos = 1;
	}
	if (c->pos == 1) {
		bool fits;

		parent = mount_above(f->dentry);
		if (IS_ERR(parent))
			return (int)PTR_ERR(parent);
		fits = c->emit(c, "..", 2, parent->inode->ino, S_IFDIR >> 12, 2);
		dentry_put(parent);
		if (!fits)
			return 0;
		c->pos = 2;
	}
	return dentry_deleted(f->dentry) ? 0 : f->ops->readdir(f, c);
}

static long read_directory(struct file *f, uaddr buf, size_t count)
{
	struct dirent_buffer b = { .context = { .emit = emit_dirent }, .size = MIN(count, DIRENT_BUFFER_MAX) };
	long result;

	b.bytes = kmalloc(MAX(b.size, 1ul));
	if (!b.bytes)
		return -ENOMEM;
	mutex_lock(&f->pos_lock);
	b.context.pos = f->pos;
	result = emit_all(f, &b.context);
	if (!result && b.too_small)
		result = -EINVAL;
	if (!result)
		result = copy_to_user(buf, b.bytes, b.used);
	if (!result) {
		f->pos = b.context.pos;
		result = (long)b.used;
	}
	mutex_unlock(&f->pos_lock);
	kfree(b.bytes);
	dentry_accessed(f->dentry);
	if (result >= 0)
		notify_file(f, IN_ACCESS);
	return result;
}

long sys_getdents64(int fd, uaddr buf, size_t count)
{
	struct file *f = fd_get(fd);
	long result;

	if (!f)
		return -EBADF;
	if (!f->ops->readdir)
		result = -ENOTDIR;
	else if (dentry_deleted(f->dentry))
		result = -ENOENT;
	else
		result = read_directory(f, buf, count);
	file_put(f);
	return result;
}

/* May the task work in this directory? */
static int may_enter(struct dentry *d)
{
	return inode_permission(d->inode, current->cred, MAY_EXEC);
}

long sys_chdir(uaddr path)
{
	struct dentry *d = path_lookup_user(AT_FDCWD, path, PATH_FOLLOW | PATH_DIRECTORY);
	int error;

	if (IS_ERR(d))
		return PTR_ERR(d);
	error = may_enter(d);
	if (!error)
		fs_set_cwd(d);
	dentry_put(d);
	return error;
}

long sys_fchdir(int fd)
{
	struct file *f = fd_get_any(fd);
	int error;

	if (!f)
		return -EBADF;
	error = S_ISDIR(f->inode->mode) ? may_enter(f->dentry) : -ENOTDIR;
	if (!error)
		fs_set_cwd(f->dentry);
	file_put(f);
	return error;
}

long sys_chroot(uaddr path)
{
	struct dentry *d = path_lookup_user(AT_FDCWD, path, PATH_FOLLOW | PATH_DIRECTORY);
	int error;

	if (IS_ERR(d))
		return PTR_ERR(d);
	error = may_enter(d);
	if (!error && !capable(CAP_SYS_CHROOT))
		error = -EPERM;
	if (!error)
		fs_set_root(d);
	dentry_put(d);
	return error;
}

/* The path of the working directory at the end of `buffer`, or ERR_PTR. */
static char *cwd_path(char *buffer)
{
	struct dentry *root = fs_root(), *cwd = fs_cwd();
	char *path;

	if (dentry_deleted(cwd))
		path = ERR_PTR(-ENOENT);
	else
		path = dentry_path(cwd, root, buffer, PATH_MAX);
	dentry_put(root);
	dentry_put(cwd);
	return path;
}

long sys_getcwd(uaddr buf, size_t size)
{
	char *buffer = path_buffer_get(), *path;
	long result;

	if (!buffer)
		return -ENOMEM;
	path = cwd_path(buffer);
	if (IS_ERR(path))
		result = PTR_ERR(path);
	else if (strlen(path) + 1 > size)
		result = -ERANGE;
	else
		result = (long)strlen(path) + 1;
	if (result > 0 && copy_to_user(buf, path, (size_t)result))
		result = -EFAULT;
	path_buffer_put(buffer);
	return result;
}

long sys_mkdirat(int dirfd, uaddr path, unsigned mode)
{
	char *text = path_from_user(path);
	int error;

	if (IS_ERR(text))
		return PTR_ERR(text);
	error = do_mkdir(dirfd, text, mode);
	path_buffer_put(text);
	return error;
}

long sys_mkdir(uaddr path, unsigned mode)
{
	return sys_mkdirat(AT_FDCWD, path, mode);
}

long sys_mknodat(int dirfd, uaddr path, unsigned mode, unsigned long dev)
{
	char *text = path_from_user(path);
	int error;

	if (IS_ERR(text))
		return PTR_ERR(text);
	error = do_mknod(dirfd, text, mode, (u32)dev);
	path_buffer_put(text);
	return error;
}

long sys_mknod(uaddr path, unsigned mode, unsigned long dev)
{
	return sys_mknodat(AT_FDCWD, path, mode, dev);
}

static long do_remove(int dirfd, uaddr path, int (*remove)(int dirfd, const char *path))
{
	char *text = path_from_user(path);
	int error;

	if (IS_ERR(text))
		return PTR_ERR(text);
	error = remove(dirfd, text);
	path_buffer_put(text);
	return error;
}

long sys_unlink(uaddr path)
{
	return do_remove(AT_FDCWD, path, do_unlink);
}

long sys_rmdir(uaddr path)
{
	return do_remove(AT_FDCWD, path, do_rmdir);
}

long sys_unlinkat(int dirfd, uaddr path, int flags)
{
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return do_remove(dirfd, path, flags & AT_REMOVEDIR ? do_rmdir : do_unlink);
}

/* Two paths at once, both copied in before anything is done. */
struct path_pair {
	char *old_path, *new_path;
};

static int pair_copy_in(struct path_pair *p, uaddr old_path, uaddr new_path)
{
	p->old_path = path_from_user(old_path);
	if (IS_ERR(p->old_path))
		return (int)PTR_ERR(p->old_path);
	p->new_path = path_from_user(new_path);
	if (!IS_ERR(p->new_path))
		return 0;
	path_buffer_put(p->old_path);
	return (int)PTR_ERR(p->new_path);
}

static void pair_free(struct path_pair *p)
{
	path_buffer_put(p->old_path);
	path_buffer_put(p->new_path);
}

long sys_renameat2(int olddirfd, uaddr oldpath, int newdirfd, uaddr newpath, unsigned flags)
{
	struct path_pair p;
	int error;

	if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if ((flags & RENAME_EXCHANGE) && flags != RENAME_EXCHANGE)
		return -EINVAL;
	error = pair_copy_in(&p, oldpath, newpath);
	if (error)
		return error;
	error = do_rename(olddirfd, p.old_path, newdirfd, p.new_path, flags);
	pair_free(&p);
	return error;
}

long sys_rename(uaddr oldpath, uaddr newpath)
{
	return sys_renameat2(AT_FDCWD, oldpath, AT_FDCWD, newpath, 0);
}

long sys_renameat(int olddirfd, uaddr oldpath, int newdirfd, uaddr newpath)
{
	return sys_renameat2(olddirfd, oldpath, newdirfd, newpath, 0);
}

long sys_linkat(int olddirfd, uaddr oldpath, int newdirfd, uaddr newpath, int flags)
{
	struct path_pair p;
	struct dentry *old;
	int error;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if ((flags & AT_EMPTY_PATH) && !capable(CAP_DAC_READ_SEARCH))
		return -ENOENT;
	error = pair_copy_in(&p, oldpath, newpath);
	if (error)
		return error;
	old = path_lookup(olddirfd, p.old_path,
			  (flags & AT_SYMLINK_FOLLOW ? PATH_FOLLOW : 0) | (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0));
	error = IS_ERR(old) ? (int)PTR_ERR(old) : do_link(old, newdirfd, p.new_path);
	if (!IS_ERR(old))
		dentry_put(old);
	pair_free(&p);
	return error;
}

long sys_link(uaddr oldpath, uaddr newpath)
{
	return sys_linkat(AT_FDCWD, oldpath, AT_FDCWD, newpath, 0);
}

long sys_symlinkat(uaddr target, int newdirfd, uaddr linkpath)
{
	struct path_pair p;
	int error = pair_copy_in(&p, target, linkpath);

	if (error)
		return error;
	error = do_symlink(p.old_path, newdirfd, p.new_path);
	pair_free(&p);
	return error;
}

long sys_symlink(uaddr target, uaddr linkpath)
{
	return sys_symlinkat(target, AT_FDCWD, linkpath);
}

/* The text of a link into `buffer`; a magic link has a readlink op beside its follow op. */
static ssize_t link_text(struct dentry *d, char *buffer)
{
	const struct inode_ops *ops = d->inode->ops;
	const char *target;

	if (!S_ISLNK(d->inode->mode))
		return -EINVAL;
	dentry_accessed(d);
	if (!ops->link_target)
		return ops->readlink(d, buffer, PATH_MAX);
	target = ops->link_target(d->inode);
	memcpy(buffer, target, strlen(target));
	return (ssize_t)strlen(target);
}

long sys_readlinkat(int dirfd, uaddr path, uaddr buf, size_t size)
{
	struct dentry *d;
	char *buffer;		/* the path, then the link's text */
	ssize_t n;

	if ((int)size <= 0)
		return -EINVAL;
	buffer = path_from_user(path);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	d = path_lookup(dirfd, buffer, PATH_EMPTY);
	if (IS_ERR(d)) {
		n = PTR_ERR(d);
	} else if (*buffer == '\0' && !S_ISLNK(d->inode->mode)) {
		n = -ENOENT;	/* "" stands for a descriptor of a link, and for nothing else */
		dentry_put(d);
	} else {
		n = link_text(d, buffer);
		dentry_put(d);
	}
	if (n > 0) {
		n = MIN(n, (ssize_t)size);
		if (copy_to_user(buf, buffer, (size_t)n))
			n = -EFAULT;
	}
	path_buffer_put(buffer);
	return n;
}

long sys_readlink(uaddr path, uaddr buf, size_t size)
{
	return sys_readlinkat(AT_FDCWD, path, buf, size);
}
