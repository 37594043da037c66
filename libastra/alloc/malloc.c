/*
 * The heap. Small blocks (up to 16 KiB) come from slabs of 64 KiB, aligned to their size, each of one size class;
 * larger ones are mappings of their own. Both start with a header that a block's address leads to by clearing its low
 * 16 bits. Slabs are cut from mappings of 1 MiB. One lock guards classes and slabs; a large block belongs to its
 * caller. A slab's bitmap of live blocks finds a double free; what is not a live block ends the program.
 * May be called from any thread, not from signal handlers.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lock.h"

#define SLAB_SIZE    65536ul
#define BATCH        16u
#define SMALL_MAX    16384ul
#define CLASS_COUNT  40
#define PAGE         4096ul
#define SLAB_MAGIC   0x6b8df2a15c3e4907ull
#define LARGE_MAGIC  0x17e39a64d05bc8f3ull
#define LARGE_HEADER 64ul

struct free_block {
	struct free_block *next;
};

/* [h] heap_lock, [I] immutable while the slab has its class. */
struct slab {
	uint64_t magic;				/* [I] */
	struct slab *next, *previous;		/* [h] list of slabs with room, or of unused slabs */
	struct free_block *free;		/* [h] blocks that came back */
	uint32_t block_size, block_count;	/* [I] */
	uint32_t first;				/* [I] offset of block 0 */
	uint32_t carved, used;			/* [h] blocks ever given out; live ones */
	uint32_t class;				/* [I] */
	uint64_t live[SLAB_SIZE / 16 / 64];	/* [h] a bit a block */
};

/* Stands at the start of a mapping; all fields belong to the owner of the block. */
struct large {
	uint64_t magic;
	size_t length;				/* of the mapping, bytes */
	size_t offset;				/* of the block in it */
};

_Static_assert(sizeof(struct large) <= LARGE_HEADER, "a large block follows its header");

static lock_t heap_lock;
static struct slab *partial[CLASS_COUNT];	/* [h] slabs with room */
static struct slab *unused;			/* [h] slabs without a class */
static unsigned unused_count;			/* [h] */

/* Four classes for each doubling from 64 bytes on: 16 32 48 64 80 96 112 128 160 … 16384. */
static unsigned class_of(size_t size)
{
	unsigned shift;

	if (size <= 128)
		return size ? (unsigned)((size - 1) / 16) : 0;
	shift = 63 - (unsigned)__builtin_clzl(size - 1);
	return 8 + (shift - 7) * 4 + (unsigned)(((size - 1) >> (shift - 2)) & 3);
}

static size_t class_size(unsigned class)
{
	unsigned shift;

	if (class < 8)
		return (class + 1) * 16ul;
	shift = 7 + (class - 8) / 4;
	return (1ul << shift) + ((class - 8) % 4 + 1) * (1ul << (shift - 2));
}

static _Noreturn void corrupt(const char *message)
{
	write(2, message, strlen(message));
	abort();
}

/* A mapping of length bytes at a multiple of the slab size. */
static void *map_aligned(size_t length)
{
	char *at = mmap(NULL, length + SLAB_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start;

	if (at == MAP_FAILED) {
		errno = ENOMEM;
		return NULL;
	}
	start = (char *)(((uintptr_t)at + SLAB_SIZE - 1) & -SLAB_SIZE);
	if (start != at)
		munmap(at, (size_t)(start - at));
	if (start + length != at + length + SLAB_SIZE)
		munmap(start + length, (size_t)(at + SLAB_SIZE - start));
	return start;
}

static void list_add(struct slab **list, struct slab *slab)
{
	slab->previous = NULL;
	slab->next = *list;
	if (*list)
		(*list)->previous = slab;
	*list = slab;
}

static void list_remove(struct slab **list, struct slab *slab)
{
	if (slab->previous)
		slab->previous->next = slab->next;
	else
		*list = slab->next;
	if (slab->next)
		slab->next->previous = slab->previous;
}

static struct slab *new_slab(unsigned class)
{
	struct slab *slab;

	if (!unused) {
		char *batch = map_aligned(BATCH * SLAB_SIZE);

		if (!batch)
			return NULL;
		for (unsigned i = BATCH; i--; unused_count++)
			list_add(&unused, (struct slab *)(batch + i * SLAB_SIZE));
	}
	slab = unused;
	list_remove(&unused, slab);
	unused_count--;
	memset(slab, 0, sizeof(*slab));
	slab->magic = SLAB_MAGIC;
	slab->class = class;
	slab->block_size = (uint32_t)class_size(class);
	slab->first = (uint32_t)((sizeof(*slab) + 63) & ~63ul);
	slab->block_count = (uint32_t)((SLAB_SIZE - slab->first) / slab->block_size);
	list_add(&partial[class], slab);
	return slab;
}

/* Returns an empty slab; beyond one batch of spare ones its memory goes back to the kernel, the address stays ours. */
static void retire_slab(struct slab *slab)
{
	list_remove(&partial[slab->class], slab);
	slab->magic = 0;
	if (unused_count >= BATCH)
		madvise(slab, SLAB_SIZE, MADV_DONTNEED);
	list_add(&unused, slab);
	unused_count++;
}

static void *small_alloc(size_t size)
{
	unsigned class = class_of(size);
	struct slab *slab;
	char *block = NULL;
	size_t index;

	lock_acquire(&heap_lock);
	slab = partial[class];
	if (!slab)
		slab = new_slab(class);
	if (!slab)
		goto out;
	if (slab->free) {
		block = (char *)slab->free;
		slab->free = slab->free->next;
	} else {
		block = (char *)slab + slab->first + (size_t)slab->carved++ * slab->block_size;
	}
	index = (size_t)(block - (char *)slab - slab->first) / slab->block_size;
	slab->live[index / 64] |= 1ul << (index % 64);
	if (++slab->used == slab->block_count)
		list_remove(&partial[class], slab);
out:
	lock_release(&heap_lock);
	return block;
}

static void small_free(struct slab *slab, char *block)
{
	size_t offset = (size_t)(block - (char *)slab) - slab->first, index = offset / slab->block_size;

	if (block < (char *)slab + slab->first || offset % slab->block_size || index >= slab->block_count)
		corrupt("free: not the start of a block\n");
	lock_acquire(&heap_lock);
	if (!(slab->live[index / 64] >> (index % 64) & 1))
		corrupt("free: block is already free\n");
	slab->live[index / 64] &= ~(1ul << (index % 64));
	((struct free_block *)block)->next = slab->free;
	slab->free = (struct free_block *)block;
	if (slab->used-- == slab->block_count)
		list_add(&partial[slab->class], slab);
	if (!slab->used && (slab->next || slab->previous))
		retire_slab(slab);
	lock_release(&heap_lock);
}

static void *large_alloc(size_t size, size_t offset)
{
	struct large *large;
	size_t length;

	if (size > PTRDIFF_MAX - offset - PAGE) {
		errno = ENOMEM;
		return NULL;
	}
	length = (size + offset + PAGE - 1) & -PAGE;
	large = map_aligned(length);
	if (!large)
		return NULL;
	large->magic = LARGE_MAGIC;
	large->length = length;
	large->offset = offset;
	return (char *)large + offset;
}

static void *header_of(void *block)
{
	return (void *)((uintptr_t)block & -SLAB_SIZE);
}

void *malloc(size_t size)
{
	return size <= SMALL_MAX ? small_alloc(size) : large_alloc(size, LARGE_HEADER);
}

void free(void *block)
{
	struct large *large = header_of(block);
	int error = errno;

	if (!block)
		return;
	if (large->magic == SLAB_MAGIC)
		small_free((struct slab *)large, block);
	else if (large->magic == LARGE_MAGIC && (char *)block == (char *)large + large->offset)
		munmap(large, large->length);
	else
		corrupt("free: not a block of the heap\n");
	errno = error;
}

size_t malloc_usable_size(void *block)
{
	struct large *large = header_of(block);

	if (!block)
		return 0;
	if (large->magic == SLAB_MAGIC)
		return ((struct slab *)large)->block_size;
	if (large->magic != LARGE_MAGIC)
		corrupt("malloc_usable_size: not a block of the heap\n");
	return large->length - large->offset;
}

/* Grows or shrinks a large block where it lies; false when its neighbour is in the way. */
static bool resize_in_place(struct large *large, size_t size)
{
	size_t length;

	if (size > PTRDIFF_MAX - large->offset - PAGE)
		return false;
	length = (size + large->offset + PAGE - 1) & -PAGE;
	if (mremap(large, large->length, length, 0) == MAP_FAILED)
		return false;
	large->length = length;
	return true;
}

void *realloc(void *block, size_t size)
{
	size_t room = malloc_usable_size(block);
	struct large *large = header_of(block);
	void *moved;

	if (!block)
		return malloc(size);
	if (large->magic == LARGE_MAGIC && size > SMALL_MAX) {
		if (resize_in_place(large, size))
			return block;
	} else if (size <= room && size * 2 >= room) {
		return block;
	}
	moved = malloc(size);
	if (!moved)
		return NULL;
	memcpy(moved, block, size < room ? size : room);
	free(block);
	return moved;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *block;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	block = malloc(bytes);
	if (block && bytes <= SMALL_MAX)
		memset(block, 0, bytes);
	return block;
}

void *reallocarray(void *block, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(block, bytes);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	if (!alignment || alignment & (alignment - 1) || alignment > SLAB_SIZE / 2) {
		errno = EINVAL;
		return NULL;
	}
	if (alignment <= 16)
		return malloc(size);
	return large_alloc(size, alignment < LARGE_HEADER ? LARGE_HEADER : alignment);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	int error = errno, result = 0;
	void *memory;

	if (alignment < sizeof(void *))
		return EINVAL;
	memory = aligned_alloc(alignment, size);
	if (memory)
		*block = memory;
	else
		result = errno;
	errno = error;
	return result;
}
