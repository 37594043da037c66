/* The allocator's functions: those of <stdlib.h>, and older names. */
#ifndef _MALLOC_H
#define _MALLOC_H

#include <stdlib.h>

__ASTRA_BEGIN_DECLS

/* aligned_alloc, and aligned_alloc to a page. NULL with EINVAL or ENOMEM. */
void *memalign(size_t alignment, size_t size);
void *valloc(size_t size);

__ASTRA_END_DECLS

#endif
