/* Changes to mappings that exist: mprotect, mremap, madvise, and what truncation takes away. The mm's lock is taken here. */
#include "fs/file.h"
#include "lib/error.h"
#include "mm/area.h"
#include "sched/process.h"
#include "trace/unimplemented.h"

#define MREMAP_MAYMOVE   1
#define MREMAP_FIXED     2
#define MREMAP_DONTUNMAP 4

enum advice {
	MADV_NORMAL = 0, MADV_RANDOM = 1, MADV_SEQUENTIAL = 2, MADV_WILLNEED = 3, MADV_DONTNEED = 4, MADV_FREE = 8, MADV_REMOVE = 9,
	MADV_DONTFORK = 10, MADV_DOFORK = 11, MADV_DONTDUMP = 16, MADV_DODUMP = 17, MADV_WIPEONFORK = 18, MADV_KEEPONFORK = 19,
	MADV_COLD = 20, MADV_PAGEOUT = 21, MADV_POPULATE_READ = 22, MADV_POPULATE_WRITE = 23,
	MADV_DONTNEED_LOCKED = 24,
};

/* Every address of [start, end) is in some area. */
static bool range_is_mapped(struct mm *mm, u64 start, u64 end)
{
	while (start < end) {
		struct area *a = area_find(mm, start);

		if (!a)
			return false;
		start = a->end;
	}
	return true;
}

/* A private page that only this entry holds may be written at once; any other gets its right by a fault. */
static bool may_write_now(const struct area *a, pte e)
{
	if (e & PTE_DEVICE)
		return a->flags & AREA_DEVICE;
	return (a->flags & AREA_SHARED) || atomic_read_acquire(&pte_page(e)->refs) == 1;
}

static void protect_pages(struct area *a, struct tlb_batch *batch)
{
	u64 address = a->start;
	pte *entry;

	while ((entry = pte_next_table(a->mm->page_table, &address, a->end)) != NULL) {
		u64 stop = MIN(a->end, ALIGN_DOWN(address, LEAF_SPAN) + LEAF_SPAN);

		for (; address < stop; address += PAGE_SIZE, entry++) {
			pte e = *entry;

			if (!pte_in_use(e))
				continue;
			WRITE_ONCE(*entry, pte_make(pte_address(e), a->prot, may_write_now(a, e), e & PTE_DEVICE));
			tlb_batch_add(batch, address, NULL);
		}
		preempt_point();
	}
}

int mm_protect(struct mm *mm, u64 address, u64 length, u32 prot)
{
	u64 end = address + ALIGN_UP(length, PAGE_SIZE);
	struct tlb_batch batch;
	struct area *a;
	int error = 0;

	if (!IS_ALIGNED(address, PAGE_SIZE))
		return -EINVAL;
	if (length == 0)
		return 0;
	if (end <= address || end > USER_END)
		return -ENOMEM;
	tlb_batch_init(&batch, mm);
	mutex_lock(&mm->lock);
	if (prot & PROT_GROWSDOWN) {
		a = area_find(mm, address);
		if (a && (a->flags & AREA_GROWS_DOWN))
			address = a->start;
		else
			error = -EINVAL;
		prot &= ~(u32)PROT_GROWSDOWN;
	}
	/* As Linux: the part before a hole is changed, then the hole is reported. */
	while (error == 0 && address < end) {
		a = area_find(mm, address);
		if (!a)
			error = -ENOMEM;
		else if ((prot & PROT_WRITE) && !(a->flags & AREA_MAYWRITE))
			error = -EACCES;
		else
			error = areas_cut(mm, address, MIN(end, a->end));
		if (error != 0)
			break;
		a = area_find(mm, address);
		if (a->prot != prot) {
			area_unlink(a);
			a->prot = prot;
			area_relink(a);
			protect_pages(a, &batch);
		}
		a = area_merge(a);
		address = MIN(end, a->end);
	}
	tlb_batch_finish(&batch);
	mutex_unlock(&mm->lock);
	return error;
}

/* ---- mremap ---- */

/* Move present entries from one range to another, empty one, table by table. prepare_tables has made the target's. */
static void move_pages(struct mm *mm, u64 from, u64 to, u64 length, struct tlb_batch *batch)
{
	u64 address = from;
	pte *entry;

	while ((entry = pte_next_table(mm->page_table, &address, from + length)) != NULL) {
		u64 stop = MIN(from + length, ALIGN_DOWN(address, LEAF_SPAN) + LEAF_SPAN);
		pte *target = NULL;

		for (; address < stop; address += PAGE_SIZE, entry++) {
			u64 there = address - from + to;

			target = target && !IS_ALIGNED(there, LEAF_SPAN) ? target + 1 : pte_find(mm->page_table, there);
			if (!pte_in_use(*entry))
				continue;
			*target = *entry;
			WRITE_ONCE(*entry, 0);
			tlb_batch_add(batch, address, NULL);
		}
		preempt_point();
	}
}

/* Both tables that a source table's entries may go to, before anything moves. */
static int prepare_tables(struct mm *mm, u64 from, u64 to, u64 length)
{
	u64 address = from;

	while (pte_next_table(mm->page_table, &address, from + length)) {
		u64 stop = MIN(from + length, ALIGN_DOWN(address, LEAF_SPAN) + LEAF_SPAN);

		if (!pte_create(mm->page_table, address - from + to) || !pte_create(mm->page_table, stop - PAGE_SIZE - from + to))
			return -ENOMEM;
		address = stop;
	}
	return 0;
}

/* Move the (already cut) area to `to`, with a new length. */
static int move_area(struct mm *mm, struct area *a, u64 to, u64 new_length)
{
	u64 old_length = a->end - a->start, from = a->start;
	u64 common = MIN(old_length, new_length);
	struct tlb_batch batch;
	int error = prepare_tables(mm, from, to, common);

	if (error != 0)
		return error;
	tlb_batch_init(&batch, mm);
	move_pages(mm, from, to, common, &batch);
	if (old_length > common)
		zap_range(&batch, from + common, a->end);
	tlb_batch_finish(&batch);
	area_unlink(a);
	a->start = to;
	a->end = to + new_length;
	area_relink(a);
	area_merge(a);
	return 0;
}

static i64 remap_fixed(struct mm *mm, u64 old, u64 old_length, u64 new_length, u64 to)
{
	struct list gone;
	struct area *a;
	int error;

	if (!IS_ALIGNED(to, PAGE_SIZE) || to > USER_END - new_length || (to < old + old_length && old < to + new_length))
		return -EINVAL;
	list_init(&gone);
	mutex_lock(&mm->lock);
	a = area_find(mm, old);
	error = a && a->end - old >= old_length ? 0 : -EFAULT;
	if (error == 0 && new_length > old_length)
		error = charge_check(mm, (new_length - old_length) >> PAGE_SHIFT, a->prot, a->flags, true);
	if (error == 0)
		error = areas_unmap(mm, to, to + new_length, &gone);
	if (error == 0)
		error = areas_cut(mm, old, old + old_length);
	if (error == 0)
		error = move_area(mm, area_find(mm, old), to, new_length);
	mutex_unlock(&mm->lock);
	areas_free(&gone);
	return error ? error : (i64)to;
}

static i64 grow(struct mm *mm, struct area *a, u64 old, u64 old_length, u64 new_length, int flags)
{
	u64 more = new_length - old_length;
	i64 to;
	int error = charge_check(mm, more >> PAGE_SHIFT, a->prot, a->flags, true);

	if (error == 0 && (a->flags & AREA_LOCKED) && lock_check(mm, more >> PAGE_SHIFT))
		error = -EAGAIN;
	if (error != 0)
		return error;
	if (old + old_length == a->end && old + new_length <= USER_END && range_is_free(mm, a->end, a->end + more)) {
		area_unlink(a);
		a->end += more;
		area_relink(a);
		area_merge(a);
		return (i64)old;
	}
	if (!(flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	to = find_hole(mm, new_length);
	if (to < 0)
		return to;
	error = areas_cut(mm, old, old + old_length);
	if (error == 0)
		error = move_area(mm, area_find(mm, old), (u64)to, new_length);
	return error ? error : to;
}

/* MREMAP_DONTUNMAP: the pages go to another area of the same kind; the old one stays, empty. */
static i64 remap_keeping(struct mm *mm, u64 old, u64 length, int flags, u64 wish)
{
	struct tlb_batch batch;
	struct area *a, *copy = NULL;
	struct list gone;
	i64 to = (i64)wish;
	int error = 0;

	if ((flags & MREMAP_FIXED) && (!IS_ALIGNED(wish, PAGE_SIZE) || wish > USER_END - length ||
				       (wish < old + length && old < wish + length)))
		return -EINVAL;
	list_init(&gone);
	mutex_lock(&mm->lock);
	a = area_find(mm, old);
	if (!a || a->end - old < length)
		error = -EFAULT;
	else if (a->flags & AREA_DEVICE)
		error = -EINVAL;
	else
		error = charge_check(mm, length >> PAGE_SHIFT, a->prot, a->flags, true);
	if (!error && !(flags & MREMAP_FIXED)) {
		to = find_hole(mm, length);
		error = to < 0 ? (int)to : 0;
	}
	if (!error && mm->area_count > READ_ONCE(area_max))
		error = -ENOMEM;
	if (!error) {
		copy = area_create(mm, (u64)to, (u64)to + length, a->prot, a->flags & ~(u32)(AREA_LOCKED | AREA_LOCK_ON_FAULT),
				   a->file, area_file_page(a, old), a->name);
		error = copy ? 0 : -ENOMEM;
	}
	if (!error)
		error = areas_unmap(mm, (u64)to, (u64)to + length, &gone);
	if (!error)
		error = prepare_tables(mm, old, (u64)to, length);
	if (!error) {
		tlb_batch_init(&batch, mm);
		move_pages(mm, old, (u64)to, length, &batch);
		tlb_batch_finish(&batch);
		area_insert(copy);
		area_merge(copy);
	}
	mutex_unlock(&mm->lock);
	areas_free(&gone);
	if (error && copy)
		area_free(copy);
	return error ? error : to;
}

i64 mm_remap(struct mm *mm, u64 old, u64 old_length, u64 new_length, int flags, u64 new_address)
{
	struct area *a;
	i64 result;

	old_length = ALIGN_UP(old_length, PAGE_SIZE);
	new_length = ALIGN_UP(new_length, PAGE_SIZE);
	if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) ||
	    ((flags & MREMAP_DONTUNMAP) && (!(flags & MREMAP_MAYMOVE) || old_length != new_length)) || !IS_ALIGNED(old, PAGE_SIZE) || new_length == 0 ||
	    ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)) || old_length == 0 ||
	    new_length > USER_END || old_length > USER_END || old > USER_END - old_length)
		return -EINVAL;
	if (flags & MREMAP_DONTUNMAP)
		return remap_keeping(mm, old, old_length, flags, new_address);
	mutex_lock(&mm->lock);
	a = area_find(mm, old);
	if (!a || a->end - old < old_length) {
		mutex_unlock(&mm->lock);
		return -EFAULT;
	}
	if (flags & MREMAP_FIXED) {
		mutex_unlock(&mm->lock);
		return remap_fixed(mm, old, old_length, new_length, new_address);
	}
	if (new_length <= old_length) {
		mutex_unlock(&mm->lock);
		result = new_length < old_length ? mm_unmap(mm, old + new_length, old_length - new_length) : 0;
		return result ? result : (i64)old;
	}
	result = grow(mm, a, old, old_length, new_length, flags);
	mutex_unlock(&mm->lock);
	return result;
}

/* ---- madvise ---- */

static int set_flag(struct mm *mm, u64 start, u64 end, u32 set, u32 clear)
{
	int error = areas_cut(mm, start, end);

	if (error != 0)
		return error;
	while (start < end) {
		struct area *a = area_find(mm, start);

		area_unlink(a);
		a->flags = (a->flags | set) & ~clear;
		area_relink(a);
		a = area_merge(a);
		start = a->end;
	}
	return 0;
}

/* Each area's part of the range: anonymous pages are gone and read as zero again, a file's come back from the file. */
static int drop_pages(struct mm *mm, u64 start, u64 end, bool only_anonymous, u32 refused)
{
	struct tlb_batch batch;
	int error = 0;

	tlb_batch_init(&batch, mm);
	while (start < end && error == 0) {
		struct area *a = area_find(mm, start);

		if ((a->flags & refused) || (only_anonymous && (a->file || (a->flags & AREA_SHARED))))
			error = -EINVAL;
		else
			zap_range(&batch, start, MIN(end, a->end));
		start = a->end;
	}
	tlb_batch_finish(&batch);
	return error;
}

static int populate_range(struct mm *mm, u64 start, u64 end, enum fault_access access)
{
	for (; start < end; start += PAGE_SIZE) {
		struct area *a = area_find(mm, start);
		int error;

		if (!(a->prot & (access == FAULT_WRITE ? PROT_WRITE : PROT_READ)))
			return -EINVAL;
		error = fault_in(a, start, access);
		if (error != 0)
			return error;
	}
	return 0;
}

static int advise(struct mm *mm, u64 start, u64 end, int advice)
{
	struct area *a;

	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:	/* every file is in memory already */
	case MADV_COLD:
	case MADV_PAGEOUT:	/* there is nothing to page out to */
	case MADV_DONTDUMP:
	case MADV_DODUMP:	/* there are no core dumps */
		return 0;
	case MADV_DONTNEED:
		return drop_pages(mm, start, end, false, AREA_LOCKED | AREA_DEVICE);
	case MADV_DONTNEED_LOCKED:
		return drop_pages(mm, start, end, false, AREA_DEVICE);
	case MADV_FREE:
		return drop_pages(mm, start, end, true, AREA_LOCKED | AREA_DEVICE);
	case MADV_DONTFORK:
		return set_flag(mm, start, end, AREA_DONT_FORK, 0);
	case MADV_DOFORK:
		return set_flag(mm, start, end, 0, AREA_DONT_FORK);
	case MADV_WIPEONFORK:
		for (a = area_find(mm, start); a && a->start < end; a = area_next(a))
			if (a->file || (a->flags & AREA_SHARED))
				return -EINVAL;
		return set_flag(mm, start, end, AREA_WIPE_FORK, 0);
	case MADV_KEEPONFORK:
		return set_flag(mm, start, end, 0, AREA_WIPE_FORK);
	case MADV_POPULATE_READ:
		return populate_range(mm, start, end, FAULT_READ);
	case MADV_POPULATE_WRITE:
		return populate_range(mm, start, end, FAULT_WRITE);
	default:
		return -EINVAL;
	}
}

/* What the file has behind [start, end) of one area, as far as it reaches; *next is where to go on. A hole is punched there. */
static int remove_part(struct mm *mm, u64 start, u64 end, u64 *next)
{
	struct file *f = NULL;
	struct area *a;
	u64 offset = 0, length = 0;
	int error = -EINVAL;

	mutex_lock(&mm->lock);
	a = area_find(mm, start);
	if (a && a->file && !(a->flags & AREA_LOCKED) && (a->flags & AREA_SHARED) && (a->flags & AREA_MAYWRITE)) {
		*next = MIN(end, a->end);
		offset = area_file_page(a, start) << PAGE_SHIFT;
		length = *next - start;
		f = a->file;
		file_get(f);
		error = 0;
	} else if (!a) {
		error = -ENOMEM;
	} else if (a->file && !(a->flags & AREA_LOCKED)) {
		error = -EACCES;
	}
	mutex_unlock(&mm->lock);
	if (error)
		return error;
	/* Without the mm's lock: the file's own is outside of it. */
	error = f->inode->ops->allocate ?
		f->inode->ops->allocate(f->inode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) : -EINVAL;
	file_put(f);
	return error;
}

static int remove_range(struct mm *mm, u64 start, u64 end)
{
	int error = 0;

	while (start < end && !error)
		error = remove_part(mm, start, end, &start);
	return error;
}

static bool advice_known(int advice)
{
	static const u32 known = 1u << MADV_NORMAL | 1u << MADV_RANDOM | 1u << MADV_SEQUENTIAL | 1u << MADV_WILLNEED |
		1u << MADV_DONTNEED | 1u << MADV_FREE | 1u << MADV_DONTFORK | 1u << MADV_DOFORK | 1u << MADV_DONTDUMP |
		1u << MADV_DODUMP | 1u << MADV_WIPEONFORK | 1u << MADV_KEEPONFORK | 1u << MADV_COLD | 1u << MADV_PAGEOUT |
		1u << MADV_POPULATE_READ | 1u << MADV_POPULATE_WRITE | 1u << MADV_DONTNEED_LOCKED | 1u << MADV_REMOVE;

	return advice >= 0 && advice < 32 && (known >> advice & 1);
}

int mm_advise(struct mm *mm, u64 address, u64 length, int advice)
{
	u64 end = address + ALIGN_UP(length, PAGE_SIZE);
	int error = 0;
	bool hole = false;

	if (!advice_known(advice))
		report_unimplemented_value("madvise", "advice", (u32)advice);
	if (!advice_known(advice) || !IS_ALIGNED(address, PAGE_SIZE) || end < address || (length != 0 && end == address))
		return -EINVAL;
	if (length == 0)
		return 0;
	if (end > USER_END)
		return -ENOMEM;
	if (advice == MADV_REMOVE)
		return remove_range(mm, address, end);
	mutex_lock(&mm->lock);
	if (range_is_mapped(mm, address, end)) {
		error = advise(mm, address, end, advice);
	} else {
		/* As Linux: holes are skipped, the mapped parts advised, and ENOMEM says so. */
		struct area *a = area_find_from(mm, address);

		hole = true;
		while (a && a->start < end && error == 0) {
			u64 stop = MIN(a->end, end);

			error = advise(mm, MAX(a->start, address), stop, advice);
			a = area_find_from(mm, stop);
		}
	}
	mutex_unlock(&mm->lock);
	return error ? error : hole ? -ENOMEM : 0;
}

/* ---- Truncation ---- */

void mapping_init(struct mapping *m)
{
	spin_init(&m->lock, "mapping", RANK_PAGES);
	list_init(&m->areas);
}

/* Drop one space's pages of the file. The areas are looked up anew: they may have changed since the list was read. */
static void unmap_from(struct mm *mm, struct mapping *m, u64 first, u64 end)
{
	struct tlb_batch batch;
	struct tree_node *n;

	mutex_lock(&mm->lock);
	tlb_batch_init(&batch, mm);
	for (n = tree_first(&mm->areas); n; n = tree_next(n)) {
		struct area *a = tree_entry(n, struct area, node);
		u64 pages = (a->end - a->start) >> PAGE_SHIFT;
		u64 low, high;

		if (!a->file || &a->file->inode->mapping != m)
			continue;
		low = MAX(first, a->page_offset);
		high = MIN(end, a->page_offset + pages);
		if (low < high)
			zap_range(&batch, a->start + ((low - a->page_offset) << PAGE_SHIFT),
				  a->start + ((high - a->page_offset) << PAGE_SHIFT));
	}
	tlb_batch_finish(&batch);
	mutex_unlock(&mm->lock);
}

/* A space that maps the file and was not looked at in this generation, with a reference; NULL when all were. */
static struct mm *next_space(struct mapping *m, u64 generation)
{
	struct mm *found = NULL;
	struct area *a;

	spin_lock(&m->lock);
	list_for_each(a, &m->areas, mapping_link) {
		if (a->seen == generation || (found && a->mm != found))
			continue;
		a->seen = generation;
		if (!found && atomic_inc_not_zero(&a->mm->refs))
			found = a->mm;
	}
	spin_unlock(&m->lock);
	return found;
}

/*
 * The caller has set the new size and holds the inode's lock, so that one truncation runs at a time. An area that
 * comes to the list meanwhile takes its pages from the file as it is already.
 */
void mapping_unmap(struct mapping *m, u64 first, u64 end)
{
	u64 generation = ++m->generation;
	struct mm *mm;

	while ((mm = next_space(m, generation)) != NULL) {
		unmap_from(mm, m, first, end);
		mm_put(mm);
	}
}
