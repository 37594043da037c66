/*
 * Open file descriptions: birth, death, and the rules that every read, write and seek obeys whatever is behind it. A file's
 * own offset is guarded by pos_lock, which is held across the transfer, so that two readers never get the same bytes.
 * Files without an offset (pipes, terminals, sockets: no ops->seek) are not serialised here. Task context.
 */
#include "fs/file.h"

#include "fs/async.h"
#include "fs/epoll.h"
#include "fs/flock.h"
#include "fs/internal.h"
#include "fs/locks.h"
#include "fs/notify.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define ANON_INODE_FS_MAGIC 0x09041934

static struct slab_cache *file_cache;
static struct filesystem anon_fs = { .type = "anon_inode", .magic = ANON_INODE_FS_MAGIC, .device = 3 };
static const struct inode_ops anon_inode_ops;

void file_init(void)
{
	file_cache = slab_cache_create("file", sizeof(struct file), CACHE_LINE);
	ASSERT(file_cache);
}

u64 file_count(void)
{
	return slab_live(file_cache);
}

static struct file *file_alloc(struct inode *inode, struct dentry *dentry, const struct file_ops *ops, u32 flags)
{
	struct file *f = slab_zalloc(file_cache);

	if (!f)
		return NULL;
	atomic_set(&f->refs, 1);
	f->flags = flags & ~(u32)(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC);
	f->inode = inode;
	f->dentry = dentry;
	f->ops = ops;
	f->cred = cred_get(current->cred);
	mutex_init(&f->pos_lock, "file_pos", RANK_FILE_POS);
	return f;
}

static void file_free(struct file *f)
{
	cred_put(f->cred);
	slab_free(file_cache, f);
}

/* Count a writer of a regular file; refused while it is being executed. */
static int claim_write(struct file *f)
{
	int error;

	if (!S_ISREG(f->inode->mode) || !file_writable(f))
		return 0;
	error = inode_writers_get(f->inode);
	if (!error && f->dentry) {
		error = mount_writer_get(dentry_mount(f->dentry));
		if (error)
			inode_writers_put(f->inode);
	}
	f->wrote = !error;
	return error;
}

static void unclaim_write(struct file *f)
{
	if (!f->wrote)
		return;
	inode_writers_put(f->inode);
	if (f->dentry)
		mount_writer_put(dentry_mount(f->dentry));
}

struct file *file_open_inode(struct inode *inode, struct dentry *dentry, u32 flags)
{
	const struct file_ops *ops = flags & O_PATH ? NULL : inode->file_ops;
	struct file *f;
	int error;

	if (!ops && !(flags & O_PATH))
		return ERR_PTR(-ENXIO);
	f = file_alloc(inode, dentry, ops, flags);
	if (!f)
		return ERR_PTR(-ENOMEM);
	error = claim_write(f);
	if (!error && ops && ops->open)
		error = ops->open(inode, f);
	if (error) {
		unclaim_write(f);
		file_free(f);
		return ERR_PTR(error);
	}
	if (dentry)
		mount_hold(dentry_mount(dentry));
	f->flags &= ~(u32)O_NOCTTY;	/* it was for ops->open */
	return f;
}

struct file *file_create_anon(const char *name, const struct file_ops *ops, void *data, u32 flags)
{
	struct inode *inode = inode_alloc(&anon_fs, 0600, &anon_inode_ops, NULL);
	struct file *f;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->data = (void *)name;
	f = file_alloc(inode, NULL, ops, flags);
	if (!f) {
		inode_put(inode);
		return ERR_PTR(-ENOMEM);
	}
	f->data = data;
	return f;
}

static void file_release(struct file *f)
{
	notify_file(f, file_writable(f) ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
	file_async_end(f);
	epoll_file_released(f);
	if (f->inode->flocks)
		flock_release(f);
	if (f->inode->locks)
		record_locks_close(f->inode, f);
	if (f->ops && f->ops->release)
		f->ops->release(f);
	unclaim_write(f);
	if (f->executes)
		inode_allow_write(f->inode);
	if (f->dentry) {
		mount_release(dentry_mount(f->dentry));
		dentry_put(f->dentry);
	}
	inode_put(f->inode);
	file_free(f);
}

void file_put(struct file *f)
{
	if (atomic_dec_and_test(&f->refs))
		file_release(f);
}

/* May `length` bytes be moved at *pos? The object's own answer comes later. */
static int check_transfer(const struct file *f, const u64 *pos, u64 length)
{
	if (!pos)
		return 0;
	if ((i64)*pos < 0)
		return -EINVAL;
	if (!f->ops->seek)
		return -ESPIPE;
	return *pos + length > INT64_MAX ? -EINVAL : 0;
}

typedef ssize_t (*transfer_fn)(struct file *f, struct uio *u, u64 *pos);

static ssize_t transfer(struct file *f, struct uio *u, u64 *pos, transfer_fn fn)
{
	u64 unused = 0;
	ssize_t n;

	n = check_transfer(f, pos, u->left);
	if (n)
		return n;
	if (pos)
		return fn(f, u, pos);
	if (!f->ops->seek)
		return fn(f, u, &unused);
	mutex_lock(&f->pos_lock);
	n = fn(f, u, &f->pos);
	mutex_unlock(&f->pos_lock);
	return n;
}

ssize_t file_read(struct file *f, struct uio *u, u64 *pos)
{
	ssize_t n;

	if (!file_readable(f))
		return -EBADF;
	if (!f->ops->read)
		return -EINVAL;
	n = transfer(f, u, pos, f->ops->read);
	current->io.reads++;
	if (n > 0) {
		current->io.read_bytes += (u64)n;
		notify_file(f, IN_ACCESS);
	}
	return n;
}

ssize_t file_write(struct file *f, struct uio *u, u64 *pos)
{
	ssize_t n;

	if (!file_writable(f))
		return -EBADF;
	if (!f->ops->write)
		return -EINVAL;
	n = transfer(f, u, pos, f->ops->write);
	current->io.writes++;
	if (n > 0) {
		current->io.written_bytes += (u64)n;
		notify_file(f, IN_MODIFY);
	}
	return n;
}

ssize_t file_read_kernel(struct file *f, void *buf, size_t size, u64 pos)
{
	struct uio u;

	uio_init_kernel(&u, buf, size);
	return file_read(f, &u, &pos);
}

i64 file_seek_sized(struct file *f, i64 offset, int whence)
{
	i64 base;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = (i64)f->pos;
		break;
	case SEEK_END:
		base = (i64)f->inode->size;
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	f->pos = (u64)offset;
	return offset;
}

i64 file_seek_nowhere(struct file *f, i64 offset, int whence)
{
	f->pos = 0;
	return 0;
}

unsigned file_poll(struct file *f, struct poll_table *t)
{
	if (!f->ops->poll)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	return f->ops->poll(f, t);
}

struct dentry *file_dentry(struct file *f)
{
	struct dentry *d = f->dentry;

	if (d) {
		dentry_get(d);
		return d;
	}
	d = dentry_alloc(NULL, "", 0);
	if (!d)
		return ERR_PTR(-ENOMEM);
	d->deleted = true;
	d->inode = f->inode;
	inode_get(f->inode);
	return d;
}

char *file_path(struct file *f, char *buf, size_t size)
{
	struct dentry *root;
	char *path;
	int n;

	if (!f->dentry) {
		if (f->inode->fs == &anon_fs)
			n = snprintf(buf, size, "anon_inode:%s", (const char *)f->inode->data);
		else
			n = snprintf(buf, size, "%s:[%llu]", S_ISSOCK(f->inode->mode) ? "socket" : "pipe",
				     (unsigned long long)f->inode->ino);
		return n < 0 || (size_t)n >= size ? ERR_PTR(-ENAMETOOLONG) : buf;
	}
	root = fs_root();
	path = dentry_path(f->dentry, root, buf, size);
	dentry_put(root);
	return path;
}

void file_raise_signal(int sig)
{
	struct abi_siginfo info;

	signal_info_user(&info, sig, ABI_SI_USER);
	signal_send_task(current, sig, &info);
}
