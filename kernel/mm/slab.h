/*
 * Objects of fixed size, and kmalloc over a ladder of sizes. Any context but an NMI; never sleeps; NULL when memory
 * is out. Each CPU keeps a small stack of free objects, so the usual allocation takes no lock.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "lib/list.h"
#include "lib/types.h"

struct slab_cache;

/* Before anything else of this file: after frame_init, on the boot CPU. */
void slab_init(void);

/* A cache of objects of `size` bytes (1 to 4096) at `align` (a power of two up to 64; 0 = 8). NULL when memory is out. */
struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align);
void *slab_alloc(struct slab_cache *c) __must_check;		/* contents undefined */
void *slab_zalloc(struct slab_cache *c) __must_check;
void slab_free(struct slab_cache *c, void *object);

/* 1 byte to 4 MiB; aligned to 8, to 64 from 64 bytes on, to a page from a page on. kfree(NULL) does nothing. */
void *kmalloc(size_t size) __must_check;
void *kzalloc(size_t size) __must_check;
void *kmalloc_array(size_t count, size_t size) __must_check;	/* NULL on overflow too */
void kfree(void *p);
char *kstrdup(const char *s) __must_check;

/* Objects of one cache that are in use; not exact while others allocate. */
u64 slab_live(const struct slab_cache *c);

/* Bytes that all caches hold, and bytes of them in live objects: for /proc/meminfo and leak checks. */
void slab_stats(u64 *held, u64 *used);

/* Give empty slabs and per-CPU stacks back to the frame allocator. */
void slab_drain(void);

#endif
