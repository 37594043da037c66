/* What the files of the address-space code share. Everything here wants the mm's lock held, except as noted. */
#ifndef MM_AREA_H
#define MM_AREA_H

#include "arch/pagetable.h"
#include "mm/aspace.h"

extern u32 area_max;			/* [a] areas in one address space: vm.max_map_count */
extern u32 overcommit_always;		/* [a] vm.overcommit_memory: 1: no mapping is too large */

/* The area that holds the address; or the first one that ends above it (NULL when there is none). */
struct area *area_find(struct mm *mm, u64 address);
struct area *area_find_from(struct mm *mm, u64 address);
struct area *area_next(const struct area *a);
struct area *area_prev(const struct area *a);

/* A new area, not yet in the tree; takes a reference to the file. NULL when memory is out. */
struct area *area_create(struct mm *mm, u64 start, u64 end, u32 prot, u32 flags, struct file *file, u64 page_offset,
			 const char *name);
void area_insert(struct area *a);	/* into the tree, the file's mapping and the counts */
void area_remove(struct area *a);	/* out of all of them */

/* Out of and into tree and counts alone, to change borders or rights: the file's list keeps it, so that a truncation finds it meanwhile. */
void area_unlink(struct area *a);
void area_relink(struct area *a);
void area_free(struct area *a);		/* after area_remove, or of one never inserted; may sleep (file_put) */

/* Cut in two at an address inside: the new, upper part, or NULL when memory is out. */
struct area *area_split(struct area *a, u64 address);

/* Join with its neighbours where they are alike; the area that remains. */
struct area *area_merge(struct area *a);

/* Make area borders at start and end. 0, -ENOMEM. */
int areas_cut(struct mm *mm, u64 start, u64 end);

/*
 * munmap: what leaves the tree goes to the list `gone`; areas_free puts it once the lock is released, because the last
 * reference to a file may sleep. 0, or -ENOMEM with nothing unmapped.
 */
int areas_unmap(struct mm *mm, u64 start, u64 end, struct list *gone);
void areas_free(struct list *gone);

/* Is there nothing but holes in [start, end)? */
bool range_is_free(struct mm *mm, u64 start, u64 end);

/* A hole of `length` below mm->mmap_base, as high as possible: its start, or -ENOMEM. */
i64 find_hole(struct mm *mm, u64 length);

/* Empty the entries of [start, end) into the batch. */
void zap_range(struct tlb_batch *b, u64 start, u64 end);

/* Room for `pages` more under RLIMIT_AS and, when private and writable, RLIMIT_DATA and the machine's memory? 0, -ENOMEM. */
int charge_check(struct mm *mm, u64 pages, u32 prot, u32 flags, bool reserve);

/* May the current task lock `pages` more in mm? 0, -EPERM (no right at all), -EAGAIN (RLIMIT_MEMLOCK). */
int lock_check(struct mm *mm, u64 pages);

void area_summarise(struct tree_node *n);	/* mm->areas.summarise */

/* Bring one page of an area in: 0, -ENOMEM, -EFAULT (beyond the file's end, or a failed read). */
int fault_in(struct area *a, u64 address, enum fault_access access);

extern struct page *zero_page;		/* [I] mapped read-only as PTE_DEVICE, so that nobody counts it */

static inline bool area_is_private_writable(const struct area *a)
{
	return !(a->flags & AREA_SHARED) && (a->prot & PROT_WRITE);
}

static inline u64 area_file_page(const struct area *a, u64 address)
{
	return a->page_offset + ((address - a->start) >> PAGE_SHIFT);
}

#endif
