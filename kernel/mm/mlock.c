/*
 * Locked memory: mlock(2) and its family, and mincore(2). Nothing here ever takes a page away, so locking is bringing pages in
 * and counting them against RLIMIT_MEMLOCK. Takes the mm's lock; task context of a task that uses the mm.
 */
#include "fs/file.h"
#include "fs/memfs.h"
#include "lib/error.h"
#include "mm/area.h"
#include "sched/process.h"

#define LOCK_FLAGS (AREA_LOCKED | AREA_LOCK_ON_FAULT)

int lock_check(struct mm *mm, u64 pages)
{
	u64 limit = rlimit_get(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (capable(CAP_IPC_LOCK))
		return 0;
	if (rlimit_get(RLIMIT_MEMLOCK) == 0)
		return -EPERM;
	return mm->locked_pages + pages > limit ? -EAGAIN : 0;
}

/* How many pages of the range are locked already: they are not counted twice. */
static u64 locked_in(struct mm *mm, u64 start, u64 end)
{
	u64 pages = 0;

	for (struct area *a = area_find_from(mm, start); a && a->start < end; a = area_next(a))
		if (a->flags & AREA_LOCKED)
			pages += (MIN(end, a->end) - MAX(start, a->start)) >> PAGE_SHIFT;
	return pages;
}

/* As Linux: what lies before a hole is changed, then the hole is reported. */
static int set_flags(struct mm *mm, u64 start, u64 end, u32 flags)
{
	while (start < end) {
		struct area *a = area_find(mm, start);
		int error;

		if (!a)
			return -ENOMEM;
		error = areas_cut(mm, start, MIN(end, a->end));
		if (error)
			return error;
		a = area_find(mm, start);
		start = a->end;
		if ((a->flags & AREA_DEVICE) || (a->flags & LOCK_FLAGS) == flags)
			continue;
		area_unlink(a);
		a->flags = (a->flags & ~(u32)LOCK_FLAGS) | flags;
		area_relink(a);
		area_merge(a);
	}
	return 0;
}

/* mlock's errors: no memory may be a matter of time, a page that cannot be is not. */
static int lock_error(int error)
{
	return error == -EFAULT ? -ENOMEM : error == -ENOMEM ? -EAGAIN : error;
}

/*
 * Bring in what is locked but may not come by faults; pages without any right cannot come. With `all` that is no reason to leave the
 * rest out: the next area is gone on with.
 */
static int bring_in(struct mm *mm, u64 start, u64 end, bool all)
{
	int error = 0;

	while (start < end && !error && !READ_ONCE(current->process->exiting)) {
		struct area *a;
		u64 stop;

		mutex_lock(&mm->lock);
		a = area_find_from(mm, start);
		if (!a || a->start >= end) {
			mutex_unlock(&mm->lock);
			break;
		}
		start = MAX(start, a->start);
		stop = MIN(end, a->end);
		if ((a->flags & (LOCK_FLAGS | AREA_DEVICE)) != AREA_LOCKED) {
			start = stop;
		} else {
			bool readable = a->prot & (PROT_READ | PROT_WRITE | PROT_EXEC);

			error = readable ? fault_in(a, start, area_is_private_writable(a) ? FAULT_WRITE : FAULT_READ) : -EFAULT;
			start = error && all ? stop : start + PAGE_SIZE;
			if (all)
				error = 0;
		}
		mutex_unlock(&mm->lock);
		preempt_point();
	}
	return error;
}

int mm_lock_range(struct mm *mm, u64 address, u64 length, u32 flags)
{
	u64 start = ALIGN_DOWN(address, PAGE_SIZE), end = ALIGN_UP(address + length, PAGE_SIZE);
	u64 pages;
	int error;

	if (flags && !capable(CAP_IPC_LOCK) && rlimit_get(RLIMIT_MEMLOCK) == 0)
		return -EPERM;
	if (end < start || address + length < address)
		return -EINVAL;
	if (start == end)
		return 0;
	if (end > USER_END)
		return -ENOMEM;
	mutex_lock(&mm->lock);
	pages = ((end - start) >> PAGE_SHIFT) - locked_in(mm, start, end);
	error = flags && lock_check(mm, pages) ? -ENOMEM : set_flags(mm, start, end, flags);
	mutex_unlock(&mm->lock);
	if (!error && flags)
		error = lock_error(bring_in(mm, start, end, false));
	return error;
}

int mm_lock_all(struct mm *mm, bool now, bool later, u32 flags)
{
	int error = 0;

	mutex_lock(&mm->lock);
	if (flags && now && !capable(CAP_IPC_LOCK) && mm->mapped_pages > rlimit_get(RLIMIT_MEMLOCK) >> PAGE_SHIFT)
		error = -ENOMEM;
	if (!error)
		mm->lock_future = later ? flags : 0;
	for (struct area *a = !error && now ? area_find_from(mm, 0) : NULL; a; a = area_next(a)) {
		if (a->flags & AREA_DEVICE)
			continue;
		area_unlink(a);
		a->flags = (a->flags & ~(u32)LOCK_FLAGS) | flags;
		area_relink(a);
	}
	mutex_unlock(&mm->lock);
	if (!error && now && flags)
		(void)bring_in(mm, 0, USER_END, true);	/* as Linux: what cannot come now comes by faults */
	return error;
}

bool mm_is_locked(struct mm *mm, u64 address)
{
	struct area *a;
	bool locked;

	mutex_lock(&mm->lock);
	a = area_find(mm, address);
	locked = a && (a->flags & LOCK_FLAGS) == AREA_LOCKED;
	mutex_unlock(&mm->lock);
	return locked;
}

int mm_page_resident(struct mm *mm, u64 address)
{
	struct area *a;
	pte *entry;
	int result;

	mutex_lock(&mm->lock);
	a = area_find(mm, address);
	entry = a ? pte_find(mm->page_table, address) : NULL;
	if (!a)
		result = -ENOMEM;
	else if (entry && pte_in_use(*entry))
		result = 1;
	else
		result = a->file && inode_is_memfile(a->file->inode) &&
			 memfs_page_present(a->file->inode, area_file_page(a, address));
	mutex_unlock(&mm->lock);
	return result;
}
