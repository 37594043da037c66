/*
 * Inodes: birth and death, times, permission, and the count of writers that keeps an executed file unchanged. Owns the
 * inode cache. Task context; nothing here sleeps but inode_put, which may free a
 * file's data, and the lock helpers. Names are dentry.c's.
 */
#include "fs/inode.h"

#include "fs/flock.h"

#include "fs/file.h"
#include "fs/locks.h"
#include "fs/notify.h"
#include "fs/stat.h"
#include "fs/xattr.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/process.h"

#define ATIME_MAX_AGE (24 * 3600 * NS_PER_SEC)	/* relatime refreshes an older access time */

static struct slab_cache *inode_cache;

void inode_init(void)
{
	inode_cache = slab_cache_create("inode", sizeof(struct inode), CACHE_LINE);
	ASSERT(inode_cache);
}

struct inode *inode_alloc(struct filesystem *fs, u32 mode, const struct inode_ops *ops, const struct file_ops *file_ops)
{
	struct inode *i = slab_zalloc(inode_cache);

	if (!i)
		return NULL;
	atomic_set(&i->refs, 1);
	i->mode = mode;
	i->ino = (u64)atomic_add(&fs->next_ino, 1);
	i->atime = i->mtime = i->ctime = i->btime = clock_realtime();
	i->fs = fs;
	i->ops = ops;
	i->file_ops = file_ops;
	mutex_init(&i->lock, "inode", RANK_INODE);
	mapping_init(&i->mapping);
	atomic_inc(&fs->inode_count);
	return i;
}

void inode_put(struct inode *i)
{
	struct filesystem *fs = i->fs;

	if (!atomic_dec_and_test(&i->refs))
		return;
	notify_inode_dies(i);
	record_locks_free(i);
	flocks_free(i);
	xattrs_free(i);
	if (i->ops->evict)
		i->ops->evict(i);
	slab_free(inode_cache, i);
	if (atomic_dec_and_test(&fs->inode_count) && fs->release)
		fs->release(fs);
}

void inode_touch(struct inode *i)
{
	i->mtime = i->ctime = clock_realtime();
}

void inode_accessed(struct inode *i)
{
	u64 now = clock_realtime();
	u64 atime = i->atime;

	if (atime <= i->mtime || atime <= i->ctime || now - atime > ATIME_MAX_AGE)
		i->atime = now;
}

void inode_lock_two(struct inode *outer, struct inode *inner) NO_LOCK_ANALYSIS
{
	mutex_lock(&outer->lock);
	if (inner != outer)
		mutex_lock(&inner->lock);
}

void inode_unlock_two(struct inode *outer, struct inode *inner) NO_LOCK_ANALYSIS
{
	if (inner != outer)
		mutex_unlock(&inner->lock);
	mutex_unlock(&outer->lock);
}

/* Step `count` by `step` unless it lies beyond zero on the other side. */
static int count_step(atomic32 *count, i32 step)
{
	i32 old;

	do {
		old = atomic_read(count);
		if (old * step < 0)
			return -ETXTBSY;
	} while (!atomic_cas(count, old, old + step));
	return 0;
}

int inode_writers_get(struct inode *i) { return count_step(&i->writers, 1); }
void inode_writers_put(struct inode *i) { atomic_dec(&i->writers); }
int inode_deny_write(struct inode *i) { return count_step(&i->writers, -1); }
void inode_allow_write(struct inode *i) { atomic_inc(&i->writers); }

bool inode_owned_by(const struct inode *i, const struct cred *c)
{
	return c->fsuid == i->uid || cred_capable(c, CAP_FOWNER);
}

/* What capabilities allow against the mode bits: all, but execute only what somebody may execute. */
static bool capabilities_allow(const struct inode *i, const struct cred *c, unsigned access)
{
	bool reads = !(access & MAY_WRITE) && (S_ISDIR(i->mode) || !(access & MAY_EXEC));

	if (reads && cred_capable(c, CAP_DAC_READ_SEARCH))
		return true;
	if (!cred_capable(c, CAP_DAC_OVERRIDE))
		return false;
	return S_ISDIR(i->mode) || !(access & MAY_EXEC) || (i->mode & 0111);
}

int inode_permission(struct inode *i, const struct cred *c, unsigned access)
{
	u32 bits = i->mode;

	if (i->ops->permission) {
		int error = i->ops->permission(i, access);

		if (error)
			return error;
	}
	if (c->fsuid == i->uid)
		bits >>= 6;
	else if (cred_in_group(c, i->gid))
		bits >>= 3;
	if ((access & ~bits & 7) == 0 || capabilities_allow(i, c, access))
		return 0;
	return -EACCES;
}

u64 inode_blocks(struct inode *i)
{
	return i->ops->blocks ? i->ops->blocks(i) : 0;
}

static void split_time(u64 ns, i64 *seconds, i64 *rest)
{
	*seconds = (i64)ns / (i64)NS_PER_SEC;
	*rest = (i64)ns % (i64)NS_PER_SEC;
	if (*rest < 0) {
		*rest += NS_PER_SEC;
		(*seconds)--;
	}
}

void inode_fill_stat(struct inode *i, struct linux_stat *st)
{
	*st = (struct linux_stat){
		.st_dev = i->fs->device,
		.st_ino = i->ino,
		.st_nlink = (u32)atomic_read(&i->nlink),
		.st_mode = i->mode,
		.st_uid = i->uid,
		.st_gid = i->gid,
		.st_rdev = i->rdev,
		.st_size = (i64)i->size,
		.st_blksize = PAGE_SIZE,
		.st_blocks = (i64)inode_blocks(i),
	};
	split_time(i->atime, &st->st_atime, &st->st_atime_nsec);
	split_time(i->mtime, &st->st_mtime, &st->st_mtime_nsec);
	split_time(i->ctime, &st->st_ctime, &st->st_ctime_nsec);
}
