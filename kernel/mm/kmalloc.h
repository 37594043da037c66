/* Between mm/slab.c and mm/kmalloc.c; users of kmalloc include mm/slab.h. */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include "lib/types.h"

/* Make the ladder's caches; panics when memory is out. Boot CPU, once. */
void kmalloc_init(void);

/* Bytes of the allocations that are frames of their own. */
u64 kmalloc_large_bytes(void);

#endif
