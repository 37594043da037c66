/*
 * The kernel map: virtual addresses of the kernel beside the direct map, for stacks with guard pages and for devices.
 * It starts at KMAP_BASE; its top-level page-table entries exist from kmap_init on, so that every address space
 * shares them by copying the upper half once.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "lib/types.h"

#define KMAP_BASE 0xffffc00000000000ul
#define KMAP_SIZE GIB(512)

#define KERNEL_STACK_SIZE (4 * PAGE_SIZE)
#define KERNEL_STACK_EXTRA PAGE_SIZE	/* above each stack: the ring of its task's last calls (trace/call_ring.h) */

enum kmap_cache { KMAP_CACHED, KMAP_UNCACHED, KMAP_WRITE_COMBINING };

void kmap_init(void);

/* Map device memory (any alignment; the offset in the page is kept). NULL when memory or space is out. Task context. */
void *kmap_io(paddr base, size_t size, enum kmap_cache cache);
void kunmap_io(void *p, size_t size);

/*
 * Pages of kernel memory at consecutive virtual addresses, writable, not executable, an unmapped guard page on either
 * side. For large tables (vmalloc); contents zero. NULL when memory is out.
 */
void *kmap_alloc(size_t size) __must_check;
void kmap_free(void *p, size_t size);

/*
 * A kernel stack of KERNEL_STACK_SIZE bytes with KERNEL_STACK_EXTRA above it and a guard page below: its lowest address, or NULL.
 * Freed stacks are kept mapped for the next one, so that a fork costs no page-table work.
 */
void *kstack_alloc(void) __must_check;
void kstack_free(void *stack);		/* any context */

/* Unmap the freed stacks that are kept: when memory is wanted, and for leak checks. Task context, interrupts on. */
void kstack_drain(void);

void kstack_init(void);			/* called by kmap_init */

#endif
