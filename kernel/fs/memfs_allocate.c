/*
 * fallocate(2) of regular files in memory. Pages that the range lacks are allocated before the file changes, and put in by
 * marks that let a failure take them out again, so that a refused call has had no effect. inode->lock is held throughout: no
 * write, truncation or other allocation runs beside it; page faults and readers do, under memfile->lock (memfs_internal.h).
 *
 * A hole drops a page only when nobody else refers to it; one that is mapped, or in a pipe, is cleared where it is:
 *
 *	hole, under memfile->lock                 fault, read: find_page under memfile->lock
 *	A: refs == 1: out of the tree             C: refs++
 *	B: otherwise cleared, and kept
 *
 * C before A makes it B; after A the page is not found any more.
 */
#include "fs/file.h"
#include "fs/memfd.h"
#include "fs/memfs.h"
#include "fs/memfs_internal.h"
#include "lib/error.h"
#include "lib/string.h"
#include "sched/process.h"

static atomic64 last_mark;	/* [a] of an allocation, in page->data of the pages that it added */

/* Pages set aside for a range. */
struct reserve {
	struct list pages;		/* through page->list */
};

static void reserve_free(struct reserve *r)
{
	while (!list_empty(&r->pages)) {
		struct page *p = list_first(&r->pages, struct page, list);

		list_del(&p->list);
		page_put(p);
	}
}

static struct page *reserve_take(struct reserve *r)
{
	struct page *p = list_first(&r->pages, struct page, list);

	list_del(&p->list);
	return p;
}

static bool has_page(struct memfile *m, u64 index)
{
	bool has;

	spin_lock(&m->lock);
	has = index < m->in_place || page_tree_get(&m->pages, index);
	spin_unlock(&m->lock);
	return has;
}

/* How many pages of [first, end) the file does not have; UINT64_MAX: more than the machine could ever give. */
static u64 count_missing(struct memfile *m, u64 first, u64 end)
{
	u64 missing = 0;

	if (end - first > frame_total() + m->in_place + m->pages.count)
		return UINT64_MAX;
	for (u64 i = first; i < end; i++) {
		missing += !has_page(m, i);
		preempt_point();
	}
	return missing;
}

static int reserve_pages(struct reserve *r, u64 count)
{
	list_init(&r->pages);
	if (count > memfs_room())
		return -ENOSPC;
	for (u64 i = 0; i < count; i++) {
		struct page *p = page_alloc(0, ALLOC_ZERO);

		if (!p) {
			reserve_free(r);
			return -ENOSPC;
		}
		list_add(&r->pages, &p->list);
		preempt_point();
	}
	return 0;
}

/* Take out again what this allocation put in, but for pages that somebody uses by now. */
static void undo(struct memfile *m, u64 first, u64 end, u64 mark)
{
	for (u64 i = first; i < end; i++) {
		struct page *p;

		spin_lock(&m->lock);
		p = i < m->in_place ? NULL : page_tree_get(&m->pages, i);
		if (p && p->data == mark && atomic_read(&p->refs) == 1)
			(void)page_tree_take(&m->pages, i, &p, 1);
		else
			p = NULL;
		spin_unlock(&m->lock);
		if (p)
			memfile_page_dropped(m, p);
	}
}

/* Give the file its own page wherever it has none in [first, end): all of them, or -ENOSPC and no effect. */
static int fill_range(struct memfile *m, u64 first, u64 end)
{
	u64 mark = (u64)atomic_add(&last_mark, 1) + 1, missing = count_missing(m, first, end);
	struct reserve r;
	int error = missing == UINT64_MAX ? -ENOSPC : reserve_pages(&r, missing);

	if (error)
		return error;
	for (u64 i = first; i < end && !error && !list_empty(&r.pages); i++) {
		struct page *fresh, *p;

		if (has_page(m, i))
			continue;
		fresh = reserve_take(&r);
		fresh->data = mark;
		p = memfile_insert(m, i, fresh);
		if (IS_ERR(p)) {
			undo(m, first, i, mark);
			error = -ENOSPC;
		} else {
			page_put(p);
		}
		preempt_point();
	}
	reserve_free(&r);
	return error;
}

/* Zeros in [from, to) of one page that the file may have. */
static void clear_part(struct memfile *m, u64 from, u64 to)
{
	struct page *p;

	spin_lock(&m->lock);
	p = memfile_find(m, from / PAGE_SIZE);
	spin_unlock(&m->lock);
	if (!p)
		return;
	memset((u8 *)page_to_virt(p) + from % PAGE_SIZE, 0, to - from);
	page_put(p);
}

/* Drop the tree's page at `index`, or clear it when somebody else refers to it. */
static void drop_or_clear(struct memfile *m, u64 index)
{
	struct page *p;

	spin_lock(&m->lock);
	p = page_tree_get(&m->pages, index);
	if (p && atomic_read(&p->refs) == 1) {
		(void)page_tree_take(&m->pages, index, &p, 1);
	} else if (p) {
		memset(page_to_virt(p), 0, PAGE_SIZE);
		p = NULL;
	}
	spin_unlock(&m->lock);
	if (p)
		memfile_page_dropped(m, p);
}

static u64 next_present(struct memfile *m, u64 index)
{
	spin_lock(&m->lock);
	index = page_tree_next_present(&m->pages, index);
	spin_unlock(&m->lock);
	return index;
}

/* Pages of the archive stay the file's contents, so they get zeros; those of the tree are dropped. */
static void clear_pages(struct memfile *m, u64 first, u64 end)
{
	u64 in_archive = ALIGN_UP(m->source_size, PAGE_SIZE) / PAGE_SIZE, i;

	for (i = first; i < MIN(end, in_archive); i++) {
		clear_part(m, i * PAGE_SIZE, (i + 1) * PAGE_SIZE);
		preempt_point();
	}
	for (i = next_present(m, i); i < end; i = next_present(m, i + 1)) {
		drop_or_clear(m, i);
		preempt_point();
	}
}

/* Zeros in [start, end), edges and all. What the archive has there was given pages before, unless it is used in place. */
static void clear_range(struct memfile *m, u64 start, u64 end)
{
	u64 first = ALIGN_UP(start, PAGE_SIZE), last = ALIGN_DOWN(end, PAGE_SIZE);

	if (first > last) {
		clear_part(m, start, end);
		return;
	}
	if (start < first)
		clear_part(m, start, first);
	if (last < end)
		clear_part(m, last, end);
	if (first < last)
		clear_pages(m, first / PAGE_SIZE, last / PAGE_SIZE);
}

/* Pages for what a range has in the archive and not in place: they are about to hold zeros. */
static int own_source(struct memfile *m, u64 start, u64 end)
{
	u64 stop = MIN(end, m->source_size);

	return start < stop ? fill_range(m, start / PAGE_SIZE, ALIGN_UP(stop, PAGE_SIZE) / PAGE_SIZE) : 0;
}

static int punch_hole(struct inode *inode, u64 start, u64 end) REQUIRES(inode->lock)
{
	int error = inode_sealed(inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE) ? -EPERM : own_source(inode->data, start, end);

	if (error)
		return error;
	clear_range(inode->data, start, end);
	inode_touch(inode);
	return 0;
}

/* May the file reach `end`? */
static int check_growth(struct inode *inode, u64 end, u32 mode)
{
	if ((mode & FALLOC_FL_KEEP_SIZE) || end <= inode->size)
		return 0;
	if (end > rlimit_get(RLIMIT_FSIZE)) {
		file_raise_signal(SIGXFSZ);
		return -EFBIG;
	}
	return inode_sealed(inode, F_SEAL_GROW) ? -EPERM : 0;
}

static int allocate_range(struct inode *inode, u32 mode, u64 start, u64 end) REQUIRES(inode->lock)
{
	struct memfile *m = inode->data;
	int error = check_growth(inode, end, mode);

	if (!error && (mode & FALLOC_FL_ZERO_RANGE) && inode_sealed(inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		error = -EPERM;
	if (!error)
		error = fill_range(m, start / PAGE_SIZE, ALIGN_UP(end, PAGE_SIZE) / PAGE_SIZE);
	if (error)
		return error;
	if (mode & FALLOC_FL_ZERO_RANGE)
		for (u64 at = start, next; at < end; at = next) {
			next = MIN(ALIGN_DOWN(at, PAGE_SIZE) + PAGE_SIZE, end);
			clear_part(m, at, next);
			preempt_point();
		}
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > inode->size)
		WRITE_ONCE(inode->size, end);
	inode_touch(inode);
	return 0;
}

int memfs_allocate(struct inode *inode, u32 mode, u64 offset, u64 length)
{
	int error;

	/* Ranges are not cut out or pushed in: Linux's tmpfs does not either. */
	if (mode & ~(u32)(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	mutex_lock(&inode->lock);
	if (mode & FALLOC_FL_PUNCH_HOLE)
		error = punch_hole(inode, offset, offset + length);
	else
		error = allocate_range(inode, mode, offset, offset + length);
	mutex_unlock(&inode->lock);
	return error;
}
