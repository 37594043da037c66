/*
 * Page-table entries of user address spaces, as mm/ sees them. The mm's lock guards its tables; tables are pages of
 * their own, reached through the direct map.
 *
 *  - An entry is empty (0), present, or "resident": it holds a page that the program may not touch (PROT_NONE).
 *  - Entries become stale in TLBs only through a tlb_batch, which also keeps the pages alive until the flush.
 */
#ifndef ARCH_PAGETABLE_H
#define ARCH_PAGETABLE_H

#include "lib/types.h"
#include "mm/frame.h"

struct mm;

typedef u64 pte;

#define PTE_PRESENT  (1ul << 0)
#define PTE_WRITE    (1ul << 1)
#define PTE_USER     (1ul << 2)
#define PTE_PWT      (1ul << 3)
#define PTE_PCD      (1ul << 4)
#define PTE_ACCESSED (1ul << 5)
#define PTE_DIRTY    (1ul << 6)
#define PTE_LARGE    (1ul << 7)
#define PTE_GLOBAL   (1ul << 8)
#define PTE_RESIDENT (1ul << 8)		/* only when not present: PROT_NONE */
#define PTE_DEVICE   (1ul << 9)		/* software: no struct page is counted */
#define PTE_NX       (1ul << 63)
#define PTE_ADDRESS  0x000ffffffffff000ul

#define PTES_PER_TABLE 512
#define LEAF_SPAN      (PTES_PER_TABLE * PAGE_SIZE)	/* what one last-level table maps */

static inline bool pte_in_use(pte e) { return e & (PTE_PRESENT | PTE_RESIDENT); }
static inline paddr pte_address(pte e) { return PADDR(e & PTE_ADDRESS); }
static inline struct page *pte_page(pte e) { return phys_to_page(pte_address(e)); }

/* An entry for a page with PROT_ bits; writable only when `write`, whatever prot says. */
pte pte_make(paddr p, u32 prot, bool write, bool device);

/* The entry for an address, or NULL when there is no table for it. */
pte *pte_find(u64 table, u64 address);

/* … with the tables made; NULL when memory is out. */
pte *pte_create(u64 table, u64 address);

/*
 * Walk last-level tables: the entry for *address, or for the first address after it (and below end) whose table
 * exists, *address updated; NULL when there is none. The caller goes on inside the table up to the next LEAF_SPAN.
 */
pte *pte_next_table(u64 table, u64 *address, u64 end);

/* A new top-level table with the kernel's half; physical address, 0 when memory is out. */
u64 pagetable_create(void);

/* Free a top-level table and every table below it; all entries are empty. No CPU has it loaded. */
void pagetable_destroy(u64 table);

/* Free the tables that lie wholly inside [floor, ceiling), where nothing is mapped. Flushes by itself. */
void pagetable_trim(struct mm *mm, u64 floor, u64 ceiling);

#define TLB_BATCH_PAGES 60

/* Pages that were taken out of an address space, and the range to be flushed before they may be reused. */
struct tlb_batch {
	struct mm *mm;
	u64 start, end;			/* empty when start >= end */
	unsigned count;
	struct page *pages[TLB_BATCH_PAGES];
};

void tlb_batch_init(struct tlb_batch *b, struct mm *mm);
void tlb_batch_add(struct tlb_batch *b, u64 address, struct page *page);	/* page NULL: only to be flushed */
void tlb_batch_finish(struct tlb_batch *b);		/* flush on every CPU that may hold translations, put the pages */

/* Flush a range of mm's translations everywhere. Task context, interrupts on, the mm's lock held or the mm unreachable. */
void tlb_flush_range(struct mm *mm, u64 start, u64 end);

/* The same before tables of that range are freed: no CPU looks at them any more, idle ones included. */
void tlb_flush_tables(struct mm *mm, u64 start, u64 end);

/* No CPU uses the table any more afterwards, idle ones included: before pagetable_destroy. */
void tlb_detach(struct mm *mm);

#endif
