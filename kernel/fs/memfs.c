/*
 * Regular files in memory: memfs.h says where their bytes come from. memfile->lock guards the page tree and the extent of
 * the archive's part; it is a spinlock, so page faults may ask for pages whatever the faulting task holds. inode->lock
 * orders writers and truncation against each other; readers take neither for longer than one page.
 *
 * Truncation and page faults:
 *
 *	truncate                                  fault, under its mm's lock
 *	A: size = new                             C: get_page compares with size
 *	B: mapping_unmap visits every mm,         D: enters the page into the page table
 *	   each under that mm's lock
 *
 * If C saw the old size, C and D come before B's visit to that mm, which then removes the entry; otherwise C refuses.
 */
#include "fs/memfs.h"

#include "fs/file.h"
#include "fs/memfd.h"
#include "fs/memfs_internal.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define MAX_FILE_SIZE INT64_MAX
#define TAKE_BATCH 32
#define KEPT_PART 32		/* one part in so many of the machine's frames is not for files that grow by write(2) */

static struct slab_cache *memfile_cache;
static struct page *zero_page;		/* [I] what a hole shows to readers */
static atomic64 pages_held;

void memfs_init(void)
{
	page_tree_init();
	memfile_cache = slab_cache_create("memfile", sizeof(struct memfile), 0);
	zero_page = page_alloc(0, ALLOC_ZERO);
	ASSERT(memfile_cache && zero_page);
}

u64 memfs_page_count(void)
{
	return (u64)atomic_read(&pages_held);
}

u64 memfs_room(void)
{
	u64 free = frame_free_about(), kept = frame_total() / KEPT_PART;

	return free > kept ? free - kept : 0;
}

void memfs_set_source(struct inode *inode, const u8 *data, u64 size)
{
	struct memfile *m = inode->data;

	m->source = data;
	m->source_size = size;
	m->in_place = IS_ALIGNED((u64)data, PAGE_SIZE) ? size / PAGE_SIZE : 0;
	inode->size = size;
}

/* One more page of the file's own: false when the file system is full. */
static bool charge(struct memfile *m)
{
	struct filesystem *fs = m->fs;
	u64 limit = READ_ONCE(fs->max_pages);

	if (fs->release && (u64)atomic_add(&fs->pages, 1) > limit && limit) {
		atomic_sub(&fs->pages, 1);
		return false;
	}
	atomic_inc(&pages_held);
	return true;
}

static void uncharge(struct memfile *m, u64 pages)
{
	if (m->fs->release)
		atomic_sub(&m->fs->pages, (i64)pages);
	atomic_sub(&pages_held, (i64)pages);
}

struct page *memfile_find(struct memfile *m, u64 index)
{
	struct page *p;

	if (index < m->in_place)
		p = virt_to_page(m->source + index * PAGE_SIZE);
	else
		p = page_tree_get(&m->pages, index);
	if (p)
		page_get(p);
	return p;
}

/* How many bytes of the page come from the archive. */
static u64 source_bytes(const struct memfile *m, u64 index)
{
	u64 start = index * PAGE_SIZE;

	return start < m->source_size ? MIN(m->source_size - start, PAGE_SIZE) : 0;
}

struct page *memfile_insert(struct memfile *m, u64 index, struct page *fresh)
{
	struct page *p;
	u64 from_source;
	int error = 0;

	if (!charge(m)) {
		page_put(fresh);
		return ERR_PTR(-ENOSPC);
	}
	spin_lock(&m->lock);
	p = memfile_find(m, index);
	if (!p) {
		from_source = source_bytes(m, index);
		if (from_source)
			memcpy(page_to_virt(fresh), m->source + index * PAGE_SIZE, from_source);
		error = page_tree_insert(&m->pages, index, fresh);
		if (!error) {
			page_get(fresh);
			p = fresh;
		}
	}
	spin_unlock(&m->lock);
	if (p != fresh) {
		page_put(fresh);
		uncharge(m, 1);
	}
	return error ? ERR_PTR(error) : p;
}

bool memfs_page_present(struct inode *inode, u64 index)
{
	struct memfile *m = inode->data;
	bool present;

	spin_lock(&m->lock);
	present = index < m->in_place || page_tree_get(&m->pages, index) || source_bytes(m, index) != 0;
	spin_unlock(&m->lock);
	return present;
}

void memfile_page_dropped(struct memfile *m, struct page *p)
{
	uncharge(m, 1);
	page_put(p);
}

/* Give the file a page of its own at `index`, unless somebody was quicker. Referenced, or ERR_PTR. */
static struct page *add_page(struct memfile *m, u64 index)
{
	struct page *fresh = page_alloc(0, ALLOC_ZERO);

	return fresh ? memfile_insert(m, index, fresh) : ERR_PTR(-ENOMEM);
}

static struct page *memfile_page(struct memfile *m, u64 index, bool write)
{
	struct page *p;
	bool from_source;

	spin_lock(&m->lock);
	p = memfile_find(m, index);
	from_source = source_bytes(m, index) != 0;
	spin_unlock(&m->lock);
	if (p)
		return p;
	if (write || from_source)
		return add_page(m, index);
	page_get(zero_page);
	return zero_page;
}

/* The page for a write. Files leave some memory to programs, so that a full machine can still run rm. */
static struct page *page_to_write(struct memfile *m, u64 index)
{
	struct page *p;

	if (memfs_room())
		return memfile_page(m, index, true);
	spin_lock(&m->lock);
	p = memfile_find(m, index);
	spin_unlock(&m->lock);
	return p ? p : ERR_PTR(-ENOSPC);
}

static struct page *memfs_get_page(struct inode *inode, u64 index, bool write)
{
	if (index >= ALIGN_UP(READ_ONCE(inode->size), PAGE_SIZE) / PAGE_SIZE)
		return ERR_PTR(-EFAULT);
	return memfile_page(inode->data, index, write);
}

/* One page's worth of a read: bytes moved. Archive bytes outside the file's own frames are never freed, so need no reference. */
static size_t read_page(struct memfile *m, struct uio *u, u64 pos, size_t n)
{
	u64 index = pos / PAGE_SIZE, offset = pos % PAGE_SIZE;
	size_t moved, from_source;
	struct page *p;

	spin_lock(&m->lock);
	p = memfile_find(m, index);
	from_source = source_bytes(m, index);
	spin_unlock(&m->lock);
	if (p) {
		moved = uio_read_in(u, (u8 *)page_to_virt(p) + offset, n);
		page_put(p);
		return moved;
	}
	if (offset < from_source)
		return uio_read_in(u, m->source + pos, MIN(n, from_source - offset));
	return uio_zero(u, n);
}

static ssize_t memfs_read(struct file *f, struct uio *u, u64 *pos)
{
	struct inode *inode = f->inode;
	struct memfile *m = inode->data;
	ssize_t done = 0;

	while (u->left) {
		u64 size = READ_ONCE(inode->size);
		size_t n = MIN(PAGE_SIZE - *pos % PAGE_SIZE, u->left), moved;

		if (*pos >= size)
			break;
		n = MIN(n, size - *pos);
		moved = read_page(m, u, *pos, n);
		*pos += moved;
		done += (ssize_t)moved;
		if (moved == 0)
			return done ? done : -EFAULT;
		preempt_point();
	}
	if (!(f->flags & O_NOATIME))
		dentry_accessed(f->dentry);
	return done;
}

/* How many of n bytes at pos the file may take: RLIMIT_FSIZE and the largest offset. 0 bytes: -EFBIG. */
static ssize_t writable_bytes(u64 pos, u64 n)
{
	u64 limit = rlimit_get(RLIMIT_FSIZE);

	if (pos >= limit) {
		file_raise_signal(SIGXFSZ);
		return -EFBIG;
	}
	if (pos >= MAX_FILE_SIZE)
		return -EFBIG;
	return (ssize_t)MIN(n, MIN(limit, (u64)MAX_FILE_SIZE) - pos);
}

/* How many of n bytes at pos the seals let through: those beyond the last whole page of a file that must not grow are refused. */
static ssize_t unsealed_bytes(const struct inode *inode, u64 pos, u64 n)
{
	u64 end = ALIGN_DOWN(inode->size, PAGE_SIZE);

	if (inode_sealed(inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	if (!inode_sealed(inode, F_SEAL_GROW) || pos + n <= inode->size)
		return (ssize_t)n;
	return pos < end ? (ssize_t)(end - pos) : -EPERM;
}

/* Copies n bytes; the size follows each page, so that what was written before a fault or the end of memory stays. */
static ssize_t write_pages(struct inode *inode, struct uio *u, u64 *pos, u64 n) REQUIRES(inode->lock)
{
	ssize_t done = 0;

	while (n) {
		u64 offset = *pos % PAGE_SIZE;
		size_t part = MIN(PAGE_SIZE - offset, n), moved;
		struct page *p = page_to_write(inode->data, *pos / PAGE_SIZE);

		if (IS_ERR(p))
			return done ? done : -ENOSPC;
		moved = uio_write_out(u, (u8 *)page_to_virt(p) + offset, part);
		page_put(p);
		*pos += moved;
		n -= moved;
		done += (ssize_t)moved;
		if (*pos > inode->size)
			WRITE_ONCE(inode->size, *pos);
		if (moved < part)
			return done ? done : -EFAULT;
	}
	return done;
}

/* Writing takes set-id bits away from anyone but root. */
static void drop_set_id(struct inode *inode) REQUIRES(inode->lock)
{
	if (!(inode->mode & (S_ISUID | S_ISGID)) || capable(CAP_FSETID))
		return;
	inode->mode &= ~S_ISUID;
	if (inode->mode & S_IXGRP)
		inode->mode &= ~S_ISGID;
}

static ssize_t memfs_write(struct file *f, struct uio *u, u64 *pos)
{
	struct inode *inode = f->inode;
	ssize_t n = 0;

	if (u->left == 0)
		return 0;
	mutex_lock(&inode->lock);
	if ((f->flags & O_APPEND) || u->append)
		*pos = inode->size;
	n = writable_bytes(*pos, u->left);
	if (n > 0 && inode->extra)
		n = unsealed_bytes(inode, *pos, (u64)n);
	if (n > 0) {
		drop_set_id(inode);
		n = write_pages(inode, u, pos, (u64)n);
	}
	if (n > 0)
		inode_touch(inode);
	mutex_unlock(&inode->lock);
	return n;
}

/* Drop pages from `first` on: the tree's in batches, the archive's by lowering in_place. */
static void drop_pages(struct memfile *m, u64 first)
{
	struct page *batch[TAKE_BATCH];
	u64 old_in_place;
	unsigned n;

	spin_lock(&m->lock);
	old_in_place = m->in_place;
	m->in_place = MIN(m->in_place, first);
	spin_unlock(&m->lock);
	for (u64 i = first; i < old_in_place; i++)
		page_put(virt_to_page(m->source + i * PAGE_SIZE));
	do {
		spin_lock(&m->lock);
		n = page_tree_take(&m->pages, first, batch, TAKE_BATCH);
		spin_unlock(&m->lock);
		for (unsigned i = 0; i < n; i++)
			page_put(batch[i]);
		uncharge(m, n);
		preempt_point();
	} while (n == TAKE_BATCH);
}

/* What lies behind the new end of file in its last page must read as zero when the file grows again. */
static void clear_tail(struct memfile *m, u64 size)
{
	u64 offset = size % PAGE_SIZE;
	struct page *p;

	if (offset == 0)
		return;
	spin_lock(&m->lock);
	p = memfile_find(m, size / PAGE_SIZE);
	spin_unlock(&m->lock);
	if (!p)
		return;
	memset((u8 *)page_to_virt(p) + offset, 0, PAGE_SIZE - offset);
	page_put(p);
}

static int memfs_truncate(struct inode *inode, u64 size) REQUIRES(inode->lock)
{
	struct memfile *m = inode->data;
	u64 old = inode->size, first = ALIGN_UP(size, PAGE_SIZE) / PAGE_SIZE;

	if (size > MAX_FILE_SIZE)
		return -EFBIG;
	if (inode_sealed(inode, size < old ? F_SEAL_SHRINK : F_SEAL_GROW) && size != old)
		return -EPERM;
	WRITE_ONCE(inode->size, size);
	if (size < old) {
		spin_lock(&m->lock);
		m->source_size = MIN(m->source_size, size);
		spin_unlock(&m->lock);
		mapping_unmap(&inode->mapping, first, UINT64_MAX);
		drop_pages(m, first);
		clear_tail(m, size);
	}
	drop_set_id(inode);
	inode_touch(inode);
	return 0;
}

static void memfs_evict(struct inode *inode)
{
	struct memfile *m = inode->data;

	drop_pages(m, 0);
	slab_free(memfile_cache, m);
}

static u64 memfs_blocks(struct inode *inode)
{
	struct memfile *m = inode->data;
	u64 pages, in_archive;

	spin_lock(&m->lock);
	in_archive = ALIGN_UP(m->source_size, PAGE_SIZE) / PAGE_SIZE;
	pages = m->pages.count + m->in_place;
	spin_unlock(&m->lock);
	return MAX(pages, in_archive) * (PAGE_SIZE / 512);
}

/* The next page at or after `index` that has data (or has none); pages of the archive are data. */
static u64 next_extent(struct memfile *m, u64 index, bool data)
{
	u64 in_archive, result;

	spin_lock(&m->lock);
	in_archive = ALIGN_UP(m->source_size, PAGE_SIZE) / PAGE_SIZE;
	if (data)
		result = index < in_archive ? index : page_tree_next_present(&m->pages, index);
	else
		result = page_tree_next_absent(&m->pages, MAX(index, in_archive));
	spin_unlock(&m->lock);
	return result;
}

static i64 seek_extent(struct inode *inode, u64 offset, bool data)
{
	u64 index = next_extent(inode->data, offset / PAGE_SIZE, data), pos;

	if (index >= ALIGN_UP(inode->size, PAGE_SIZE) / PAGE_SIZE)
		return data ? -ENXIO : (i64)inode->size;
	pos = MAX(index * PAGE_SIZE, offset);
	return (i64)MIN(pos, inode->size);
}

static i64 memfs_seek(struct file *f, i64 offset, int whence)
{
	struct inode *inode = f->inode;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return file_seek_sized(f, offset, whence);
	if (offset < 0 || (u64)offset >= inode->size)
		return -ENXIO;
	offset = seek_extent(inode, (u64)offset, whence == SEEK_DATA);
	if (offset >= 0)
		f->pos = (u64)offset;
	return offset;
}

static const struct inode_ops memfs_regular_ops = {
	.get_page = memfs_get_page,
	.truncate = memfs_truncate,
	.evict = memfs_evict,
	.blocks = memfs_blocks,
	.allocate = memfs_allocate,
	.has_xattrs = true,
};

bool inode_is_memfile(const struct inode *i)
{
	return i->ops == &memfs_regular_ops;
}

static const struct file_ops memfs_regular_file_ops = {
	.read = memfs_read,
	.write = memfs_write,
	.seek = memfs_seek,
	.knows_nowait = true,
};

struct inode *memfs_regular_inode(struct filesystem *fs, u32 mode)
{
	struct memfile *m = slab_zalloc(memfile_cache);
	struct inode *i;

	if (!m)
		return NULL;
	spin_init(&m->lock, "memfile", RANK_PAGES);
	i = inode_alloc(fs, mode, &memfs_regular_ops, &memfs_regular_file_ops);
	if (!i) {
		slab_free(memfile_cache, m);
		return NULL;
	}
	m->fs = fs;
	i->data = m;
	return i;
}
