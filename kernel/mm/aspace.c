/*
 * Address spaces: creation and end, mmap, munmap, brk, and copies to and from another space. The mm's lock is taken here;
 * the files' references that an unmap drops are put after it is released, since the last one may sleep.
 */
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "fs/file.h"
#include "fs/memfd.h"
#include "mm/area.h"
#include "mm/slab.h"
#include "sched/process.h"

static struct slab_cache *mm_cache;

struct mm *mm_create(void)
{
	struct mm *mm;

	if (!mm_cache)
		mm_cache = slab_cache_create("mm", sizeof(struct mm), 64);
	mm = mm_cache ? slab_zalloc(mm_cache) : NULL;
	if (!mm)
		return NULL;
	mm->page_table = pagetable_create();
	if (mm->page_table == 0) {
		slab_free(mm_cache, mm);
		return NULL;
	}
	atomic_set(&mm->refs, 1);
	mutex_init(&mm->lock, "mm", RANK_MM);
	mm->mmap_base = USER_END;
	mm->areas.summarise = area_summarise;
	return mm;
}

/* The last user is gone: nobody else can reach the areas, idle CPUs may still have the table loaded. */
void mm_put(struct mm *mm)
{
	struct tlb_batch batch;
	struct tree_node *n;

	if (!atomic_dec_and_test(&mm->refs))
		return;
	tlb_detach(mm);
	mutex_lock(&mm->lock);
	tlb_batch_init(&batch, mm);
	while ((n = tree_first(&mm->areas)) != NULL) {
		struct area *a = tree_entry(n, struct area, node);

		zap_range(&batch, a->start, a->end);
		area_remove(a);
		area_free(a);
		preempt_point();
	}
	tlb_batch_finish(&batch);
	mutex_unlock(&mm->lock);
	pagetable_destroy(mm->page_table);
	if (mm->exe)
		file_put(mm->exe);
	slab_free(mm_cache, mm);
}

void zap_range(struct tlb_batch *b, u64 start, u64 end)
{
	struct mm *mm = b->mm;
	pte *entry;

	while ((entry = pte_next_table(mm->page_table, &start, end)) != NULL) {
		u64 stop = MIN(end, ALIGN_DOWN(start, LEAF_SPAN) + LEAF_SPAN);

		for (; start < stop; start += PAGE_SIZE, entry++) {
			pte old = *entry;

			if (!pte_in_use(old))
				continue;
			WRITE_ONCE(*entry, 0);
			mm->resident_pages--;
			tlb_batch_add(b, start, old & PTE_DEVICE ? NULL : pte_page(old));
		}
		preempt_point();
	}
}

/* Tables that served only [start, end) and the holes around it go back. */
static void trim_tables(struct mm *mm, u64 start, u64 end)
{
	struct area *above = area_find_from(mm, end);
	struct area *below = above ? area_prev(above) : NULL;
	u64 floor = 0, ceiling = above ? above->start : USER_END;

	if (!above) {
		struct tree_node *last = tree_last(&mm->areas);

		below = last ? tree_entry(last, struct area, node) : NULL;
	}
	if (below)
		floor = below->end;
	floor = MAX(floor, ALIGN_DOWN(start, LEAF_SPAN));
	ceiling = MIN(ceiling, ALIGN_UP(end, LEAF_SPAN));
	if (ALIGN_UP(floor, LEAF_SPAN) + LEAF_SPAN <= ceiling)
		pagetable_trim(mm, floor, ceiling);
}

/* Take the areas of a cut range out into a list (linked by mapping_link, which is free then). */
static void unmap_cut(struct mm *mm, u64 start, u64 end, struct list *gone)
{
	struct area *a = area_find_from(mm, start);
	struct tlb_batch batch;

	tlb_batch_init(&batch, mm);
	while (a && a->start < end) {
		struct area *next = area_next(a);

		zap_range(&batch, a->start, a->end);
		area_remove(a);
		list_add_tail(gone, &a->mapping_link);
		a = next;
	}
	tlb_batch_finish(&batch);
	trim_tables(mm, start, end);
}

void areas_free(struct list *gone)
{
	struct area *a, *next;

	list_for_each_safe(a, next, gone, mapping_link)
		area_free(a);
}

int areas_unmap(struct mm *mm, u64 start, u64 end, struct list *gone)
{
	int error;

	if (range_is_free(mm, start, end))
		return 0;
	error = areas_cut(mm, start, end);
	if (error == 0)
		unmap_cut(mm, start, end, gone);
	return error;
}

static bool range_valid(u64 address, u64 length)
{
	return length != 0 && length <= USER_END && address <= USER_END - length;
}

int mm_unmap(struct mm *mm, u64 address, u64 length)
{
	struct list gone;
	int error;

	length = ALIGN_UP(length, PAGE_SIZE);
	if (!IS_ALIGNED(address, PAGE_SIZE) || !range_valid(address, length))
		return -EINVAL;
	list_init(&gone);
	mutex_lock(&mm->lock);
	error = areas_unmap(mm, address, address + length, &gone);
	mutex_unlock(&mm->lock);
	areas_free(&gone);
	return error;
}

/* Where a mapping goes: at the address when it is fixed or a free hint, otherwise into a hole. */
static i64 place(struct mm *mm, u64 address, u64 length, u32 map_flags)
{
	if (map_flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (!IS_ALIGNED(address, PAGE_SIZE))
			return -EINVAL;
		if (!range_valid(address, length))
			return -ENOMEM;
		if ((map_flags & MAP_FIXED_NOREPLACE) && !range_is_free(mm, address, address + length))
			return -EEXIST;
		return (i64)address;
	}
	address = ALIGN_UP(address, PAGE_SIZE);
	if (address >= 0x10000 && range_valid(address, length) && range_is_free(mm, address, address + length))
		return (i64)address;
	return find_hole(mm, length);
}

static u32 area_flags_of(u32 prot, u32 map_flags, const struct file *file)
{
	bool shared = (map_flags & MAP_TYPE) != MAP_PRIVATE;
	u32 flags = shared ? AREA_SHARED : 0;

	if (!shared || !file || (file_writable(file) && !memfd_write_sealed(file)))
		flags |= AREA_MAYWRITE;
	if (map_flags & MAP_GROWSDOWN)
		flags |= AREA_GROWS_DOWN;
	if (map_flags & MAP_LOCKED)
		flags |= AREA_LOCKED;
	return flags;
}

i64 mm_map(struct mm *mm, u64 address, u64 length, u32 prot, u32 map_flags, struct file *file, u64 page_offset,
	   const char *name)
{
	u32 flags = area_flags_of(prot, map_flags, file);
	struct list gone;
	struct area *a;
	i64 start;
	int error;

	length = ALIGN_UP(length, PAGE_SIZE);
	if (length == 0 || length > USER_END)
		return -ENOMEM;
	list_init(&gone);
	a = area_create(mm, 0, 0, prot, flags, file, page_offset, name);
	if (!a)
		return -ENOMEM;
	mutex_lock(&mm->lock);
	start = place(mm, address, length, map_flags);
	error = start < 0 ? (int)start : charge_check(mm, length >> PAGE_SHIFT, prot, flags, !(map_flags & MAP_NORESERVE));
	a->flags |= file && (file->inode->mode & S_IFMT) != S_IFREG ? 0 : mm->lock_future;
	if (error == 0 && (a->flags & AREA_LOCKED))
		error = lock_check(mm, length >> PAGE_SHIFT);
	if (error == 0 && mm->area_count > READ_ONCE(area_max))
		error = -ENOMEM;
	if (error == 0)
		error = areas_unmap(mm, (u64)start, (u64)start + length, &gone);
	if (error == 0) {
		a->start = (u64)start;
		a->end = (u64)start + length;
		area_insert(a);
		area_merge(a);
	}
	mutex_unlock(&mm->lock);
	areas_free(&gone);
	if (error == 0)
		return start;
	area_free(a);
	return error;
}

/* As brk(2) the system call: the break that holds afterwards, the old one when the wish cannot be met. */
u64 mm_brk(struct mm *mm, u64 wish)
{
	u64 old_end, new_end, result;
	struct list gone;
	struct area *a;

	list_init(&gone);
	mutex_lock(&mm->lock);
	old_end = ALIGN_UP(mm->brk, PAGE_SIZE);
	new_end = ALIGN_UP(wish, PAGE_SIZE);
	if (wish < mm->brk_start || wish >= USER_END || new_end - mm->brk_start > rlimit_get(RLIMIT_DATA))
		goto out;
	if (new_end < old_end) {
		if (areas_unmap(mm, new_end, old_end, &gone) != 0)
			goto out;
	} else if (new_end > old_end) {
		/* A page stays free above, as a guard against what is mapped there. */
		if (!range_is_free(mm, old_end, new_end + PAGE_SIZE) ||
		    charge_check(mm, (new_end - old_end) >> PAGE_SHIFT, PROT_READ | PROT_WRITE, AREA_MAYWRITE, true) != 0 ||
		    (mm->lock_future && lock_check(mm, (new_end - old_end) >> PAGE_SHIFT) != 0))
			goto out;
		a = area_create(mm, old_end, new_end, PROT_READ | PROT_WRITE, AREA_MAYWRITE | mm->lock_future, NULL, 0, "[heap]");
		if (!a)
			goto out;
		area_insert(a);
		area_merge(a);
	}
	mm->brk = wish;
out:
	result = mm->brk;
	mutex_unlock(&mm->lock);
	areas_free(&gone);
	return result;
}

int mm_populate(struct mm *mm, u64 address, u64 length)
{
	u64 end = address + ALIGN_UP(length, PAGE_SIZE);
	int error = 0;

	for (; address < end && error == 0; address += PAGE_SIZE) {
		struct area *a;

		mutex_lock(&mm->lock);
		a = area_find(mm, address);
		if (!a)
			error = -ENOMEM;
		else if (a->prot & (PROT_READ | PROT_WRITE | PROT_EXEC))
			error = fault_in(a, address, area_is_private_writable(a) ? FAULT_WRITE : FAULT_READ);
		else
			address = a->end - PAGE_SIZE;	/* nothing may be there: it can be terabytes */
		if (READ_ONCE(current->process->exiting))
			error = -EINTR;
		mutex_unlock(&mm->lock);
		preempt_point();
	}
	return error;
}

/* The frame behind an address of another space, mapped in for the access; NULL when there is none. Lock held. */
static u8 *reach(struct mm *mm, u64 address, bool write, bool force)
{
	struct area *a = area_find(mm, address);
	u32 needed = write ? PROT_WRITE : PROT_READ;
	u32 prot;
	pte *entry;
	int error;

	if (!a || (a->flags & AREA_DEVICE) || (!force && !(a->prot & needed)) || (write && (a->flags & AREA_SHARED) && !(a->prot & PROT_WRITE)))
		return NULL;
	prot = a->prot;
	a->prot |= force ? needed : 0;	/* what fault_in allows; entries made meanwhile get their rights back below */
	error = fault_in(a, address, write ? FAULT_WRITE : FAULT_READ);
	a->prot = prot;
	entry = error == 0 ? pte_find(mm->page_table, address) : NULL;
	if (!entry || !pte_in_use(*entry))
		return NULL;
	if (force && !(prot & needed))
		WRITE_ONCE(*entry, pte_make(pte_address(*entry), prot, false, *entry & PTE_DEVICE));
	return (u8 *)phys_to_virt(pte_address(*entry)) + (address & PAGE_MASK);
}

static ssize_t transfer(struct mm *mm, u64 address, u8 *buffer, size_t size, bool write, bool force)
{
	size_t done = 0;

	while (done < size && address < USER_END) {
		size_t n = MIN(size - done, PAGE_SIZE - (address & PAGE_MASK));
		u8 *p;

		mutex_lock(&mm->lock);
		p = reach(mm, address, write, force);
		if (p && write)
			memcpy(p, buffer + done, n);
		else if (p)
			memcpy(buffer + done, p, n);
		mutex_unlock(&mm->lock);
		if (!p)
			break;
		done += n;
		address += n;
	}
	return done == 0 && size != 0 ? -EFAULT : (ssize_t)done;
}

ssize_t mm_write(struct mm *mm, u64 address, const void *src, size_t size, bool force)
{
	return transfer(mm, address, (u8 *)src, size, true, force);
}

ssize_t mm_read(struct mm *mm, u64 address, void *dst, size_t size)
{
	return transfer(mm, address, dst, size, false, true);
}

struct page *mm_get_page(struct mm *mm, u64 address)
{
	struct page *page = ERR_PTR(-EFAULT);
	u8 *p;

	mutex_lock(&mm->lock);
	p = reach(mm, address, false, false);
	if (p) {
		page = virt_to_page(p);
		page_get(page);
	}
	mutex_unlock(&mm->lock);
	return page;
}

int mm_for_each_area(struct mm *mm, int (*fn)(const struct area *a, void *arg), void *arg)
{
	struct tree_node *n;
	int r = 0;

	mutex_lock(&mm->lock);
	for (n = tree_first(&mm->areas); n && r == 0; n = tree_next(n))
		r = fn(tree_entry(n, struct area, node), arg);
	mutex_unlock(&mm->lock);
	return r;
}
