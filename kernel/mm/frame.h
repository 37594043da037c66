/*
 * Physical memory: one struct page for each 4 KiB frame of RAM, a buddy allocator over them, and a cache of single
 * frames for each CPU.
 *
 *  - Allocation never sleeps and may be called from any context but an NMI; NULL means that memory is out.
 *  - A frame is born with one reference; who holds the last one frees it by page_put.
 *  - User page tables hold one reference for each present mapping; an inode's page table holds one for each page.
 *  - Frames of the root archive are RAM like any other: when the last reference goes they join the free frames.
 */
#ifndef MM_FRAME_H
#define MM_FRAME_H

#include "abi/boot_info.h"
#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"

enum page_flags {
	PAGE_BUDDY    = 1 << 0,	/* [frame lock] free, head of a block of `order` */
	PAGE_RESERVED = 1 << 1,	/* [I] not RAM that can ever be freed: firmware, kernel image, page tables of boot */
	PAGE_SLAB     = 1 << 2,	/* [owner] owned by mm/slab.c */
	PAGE_TABLE    = 1 << 3,	/* [owner] a page table */
	PAGE_CACHED   = 1 << 4,	/* [the CPU cache's lock] free, in a CPU's cache of single frames */
	PAGE_HOLE     = 1 << 5,	/* [I] with PAGE_RESERVED: there is no RAM at this address */
};

/* Letters: [a] atomic, [F] the frame allocator's lock while PAGE_BUDDY, otherwise the owner's. 32 bytes, two a cache line. */
struct page {
	atomic32 refs;		/* [a] */
	u16 flags;		/* [F] enum page_flags */
	u8 order;		/* [F] of the allocation or of the free block */
	u8 reserved;
	union {
		struct list list;	/* [F] free list, or the owner's use */
		struct {
			void *owner;	/* the owner's use: a slab's cache, … */
			u64 data;
		};
		struct {
			u16 first, end;	/* of a page table of upper level: its entries in use are among [first, end) */
		};
	};
	u64 unused;
};

#define MAX_ORDER 10		/* largest block: 4 MiB */

enum alloc_flags {
	ALLOC_ZERO = 1 << 0,	/* cleared */
};

/* The direct map. */
extern u64 direct_map;		/* [I] virtual address of physical 0 */
static inline void *phys_to_virt(paddr p) { return (void *)(direct_map + p.v); }
static inline paddr virt_to_phys(const void *v) { return PADDR((u64)v - direct_map); }	/* only of direct-map addresses */

extern struct page *page_array;	/* [I] indexed by frame number */
extern u64 page_array_count;	/* [I] */
static inline struct page *phys_to_page(paddr p) { return &page_array[p.v >> PAGE_SHIFT]; }
static inline paddr page_to_phys(const struct page *p) { return PADDR((u64)(p - page_array) << PAGE_SHIFT); }
static inline void *page_to_virt(const struct page *p) { return phys_to_virt(page_to_phys(p)); }
static inline struct page *virt_to_page(const void *v) { return phys_to_page(virt_to_phys(v)); }

/* Is there a struct page of RAM (reserved or not) behind the address? */
bool phys_is_ram(paddr p);

/*
 * Take the memory map into service: places the page array, frees BOOT_MEM_FREE, marks the rest reserved; frames of
 * BOOT_MEM_ARCHIVE get one reference each. Called once, on the boot CPU. Says in one sentence what is missing and
 * ends the machine (boot_fail) when it has too little memory.
 */
void frame_init(const struct boot_info *info);

/* Give the loader's own memory (BOOT_MEM_LOADER) back, once nothing points into it. */
void frame_free_loader(const struct boot_mem_range *map, u64 count);

/* 2^order frames, physically contiguous; each frame of the block is the allocator's until the block's head is put. */
struct page *page_alloc(unsigned order, unsigned flags) __must_check;

static inline void page_get(struct page *p) { atomic_inc(&p->refs); }
void page_free(struct page *p);		/* the last reference is gone: only page_put calls it */
static inline void page_put(struct page *p)
{
	if (atomic_dec_and_test(&p->refs))
		page_free(p);
}

struct frame_stats {
	u64 total;		/* frames under the allocator's management, archive included */
	u64 free;		/* frames, per-CPU caches included */
	u64 reserved;		/* frames of RAM that are not managed */
};
void frame_stats(struct frame_stats *stats);
u64 frame_total(void);		/* the total alone, without a lock */
u64 frame_free_about(void);	/* the free ones without a lock, and without those in per-CPU caches */

/*
 * A frame below 640 KiB, for code that a processor runs in real mode; never freed. Frames below 1 MiB are given out by
 * this call alone. Address 0 when there is none.
 */
paddr frame_low_page(void);

/* Return every CPU's cached frames to the buddy lists (leak checks, and before memory is said to be out). */
void frame_drain_caches(void);

#endif
