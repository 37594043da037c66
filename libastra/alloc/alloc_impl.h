/*
 * The heap, inside. Rules:
 *  - a block up to SMALL_MAX lies in a slab: 64 KiB at a multiple of 64 KiB, all blocks of one size class;
 *  - a larger one is a mapping of its own with a header in front;
 *  - the registry says for each 64 KiB of the address space what of the heap begins there, so that any pointer can be judged
 *    without touching what it points at;
 *  - each thread keeps free blocks of each class in a cache of its own, which no other thread ever touches: taking and
 *    giving back need neither lock nor atomic operation. Blocks move between caches and slabs in batches, under heap_lock;
 *  - a slab has a byte a block that says whose it is. Only the block's present owner writes it: heap_lock's holder while
 *    IN_SLAB, the caching thread while CACHED, the program's thread that frees it while LIVE. A second free finds no LIVE.
 */
#ifndef ALLOC_IMPL_H
#define ALLOC_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lock.h"

#define GRANULE      65536ul		/* a slab, and what the registry has an entry for */
#define SMALL_MAX    16384ul
#define CLASS_COUNT  40
#define PAGE         4096ul
#define LARGE_HEADER 64ul
#define ALIGNED_MAX  4096ul		/* alignments up to here may come from a slab */

enum block_state { IN_SLAB, LIVE, CACHED };

/* What begins in a granule. LARGE_AFTER: the block; its header is at the start of the granule in front. */
enum granule_kind { NOT_OURS, SLAB, LARGE, LARGE_AFTER };

struct free_block {
	struct free_block *next;
};

/* [h] heap_lock, [I] immutable while the slab has its class, [b] see the rules. */
struct slab {
	struct slab *next, *previous;		/* [h] list of slabs with room, or of unused slabs */
	struct free_block *free;		/* [h] blocks that came back */
	uint32_t block_size, block_count;	/* [I] */
	uint32_t first;				/* [I] offset of block 0 */
	uint32_t inverse;			/* [I] 2^32 / block_size, rounded up */
	uint32_t carved, used;			/* [h] blocks ever given out; those not IN_SLAB */
	uint32_t class;				/* [I] */
	uint8_t state[];			/* [b] */
};

/* Stands at the start of a mapping; all fields belong to the owner of the block. */
struct large {
	size_t length;				/* of the mapping, bytes */
	size_t offset;				/* of the block in it */
};

_Static_assert(sizeof(struct large) <= LARGE_HEADER, "a large block follows its header");

extern lock_t __heap_lock __attribute__((visibility("hidden")));

/* Ends the program with one sentence. */
_Noreturn void __heap_corrupt(const char *message) __attribute__((visibility("hidden")));

/* The registry: remember returns false without memory; kind_of may be asked about any address, at any time. */
bool __heap_remember(const void *granule, enum granule_kind kind) __attribute__((visibility("hidden")));
enum granule_kind __heap_kind_of(const void *address) __attribute__((visibility("hidden")));

/* length bytes of zeros whose address plus offset is a multiple of alignment; NULL with ENOMEM. */
void *__heap_map(size_t length, size_t alignment, size_t offset) __attribute__((visibility("hidden")));

/* Up to `count` blocks of a class, chained, CACHED; *got tells how many. NULL with ENOMEM. Takes heap_lock. */
struct free_block *__slab_take(unsigned class, unsigned count, unsigned *got) __attribute__((visibility("hidden")));
/* Gives `count` blocks of a chain back; the rest of the chain. Takes heap_lock. */
struct free_block *__slab_give(struct free_block *chain, unsigned count) __attribute__((visibility("hidden")));

void *__large_alloc(size_t size, size_t alignment) __attribute__((visibility("hidden")));
/* The header of a large block whose granule is of that kind, or NULL when it is not one's start. */
struct large *__large_header(void *block, enum granule_kind kind) __attribute__((visibility("hidden")));
void __large_free(struct large *large) __attribute__((visibility("hidden")));
/* Grows or shrinks a large block where it lies; false when its neighbour is in the way. */
bool __large_resize(struct large *large, size_t size) __attribute__((visibility("hidden")));

static inline void *granule_of(const void *address)
{
	return (void *)((uintptr_t)address & -GRANULE);
}

/* Four classes for each doubling from 64 bytes on: 16 32 48 64 80 96 112 128 160 … 16384. */
static inline unsigned class_of(size_t size)
{
	unsigned shift;

	if (size <= 128)
		return size ? (unsigned)((size - 1) / 16) : 0;
	shift = 63 - (unsigned)__builtin_clzl(size - 1);
	return 8 + (shift - 7) * 4 + (unsigned)(((size - 1) >> (shift - 2)) & 3);
}

static inline size_t class_size(unsigned class)
{
	unsigned shift;

	if (class < 8)
		return (class + 1) * 16ul;
	shift = 7 + (class - 8) / 4;
	return (1ul << shift) + ((class - 8) % 4 + 1) * (1ul << (shift - 2));
}

/*
 * Which block of its slab an address is in; block_count or more when it is in none. The product with the rounded inverse is
 * the exact quotient, because the error, at most offset × block_size / 2^32, stays below one block.
 */
static inline uint32_t block_index(const struct slab *slab, const void *block)
{
	uint32_t offset = (uint32_t)((uintptr_t)block & (GRANULE - 1)) - slab->first;

	return (uint32_t)((uint64_t)offset * slab->inverse >> 32);
}

#endif
