/*
 * The heap's public functions and the threads' caches of small blocks; alloc_impl.h has the rules. May be called from any
 * thread, not from signal handlers. What is not a live block of this heap ends the program, with a sentence on stderr.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc_hooks.h"
#include "alloc_impl.h"

/* A thread's free blocks of one class. */
struct magazine {
	struct free_block *blocks;
	unsigned count;
};

static _Thread_local struct magazine cache[CLASS_COUNT];

_Noreturn void __heap_corrupt(const char *message)
{
	write(2, message, strlen(message));
	abort();
}

/* How many blocks of a class a thread keeps at most: 32 KiB of them, but 4 to 64. */
static unsigned magazine_room(unsigned class)
{
	size_t room = 32768 / class_size(class);

	return room > 64 ? 64 : room < 4 ? 4 : (unsigned)room;
}

static void *small_alloc(unsigned class)
{
	struct magazine *m = &cache[class];
	struct free_block *block = m->blocks;
	struct slab *slab;

	if (!block) {
		block = __slab_take(class, magazine_room(class) / 2, &m->count);
		if (!block)
			return NULL;
	}
	m->blocks = block->next;
	m->count--;
	slab = granule_of(block);
	slab->state[block_index(slab, block)] = LIVE;
	return block;
}

/* The index of a live block; ends the program when the address is something else. */
static uint32_t live_index(const struct slab *slab, const void *block)
{
	uint32_t offset = (uint32_t)((uintptr_t)block & (GRANULE - 1)), index = block_index(slab, block);

	if (offset < slab->first || index >= slab->block_count || offset != slab->first + index * slab->block_size)
		__heap_corrupt("free: not the start of a block\n");
	if (slab->state[index] != LIVE)
		__heap_corrupt("free: block is already free\n");
	return index;
}

static void small_free(struct slab *slab, void *block)
{
	struct magazine *m = &cache[slab->class];
	struct free_block *freed = block;

	slab->state[live_index(slab, block)] = CACHED;
	freed->next = m->blocks;
	m->blocks = freed;
	if (++m->count > magazine_room(slab->class)) {
		unsigned half = m->count / 2;

		m->blocks = __slab_give(m->blocks, half);
		m->count -= half;
	}
}

/* The header of a large block; ends the program when the address is not one. */
static struct large *large_header(void *block, enum granule_kind kind)
{
	struct large *large = kind == NOT_OURS ? NULL : __large_header(block, kind);

	if (!large)
		__heap_corrupt("free: not a block of the heap\n");
	return large;
}

void *malloc(size_t size)
{
	return size <= SMALL_MAX ? small_alloc(class_of(size)) : __large_alloc(size, 16);
}

void free(void *block)
{
	enum granule_kind kind;
	int error;

	if (!block)
		return;
	kind = __heap_kind_of(block);
	if (kind == SLAB) {
		small_free(granule_of(block), block);
		return;
	}
	error = errno;
	__large_free(large_header(block, kind));
	errno = error;
}

size_t malloc_usable_size(void *block)
{
	enum granule_kind kind;
	struct large *large;

	if (!block)
		return 0;
	kind = __heap_kind_of(block);
	if (kind == SLAB) {
		live_index(granule_of(block), block);
		return ((struct slab *)granule_of(block))->block_size;
	}
	large = large_header(block, kind);
	return large->length - large->offset;
}

void *realloc(void *block, size_t size)
{
	size_t room = malloc_usable_size(block);
	void *moved;

	if (!block)
		return malloc(size);
	if (room > SMALL_MAX && size > SMALL_MAX) {
		if (__large_resize(__large_header(block, __heap_kind_of(block)), size))
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

/* A class whose size is a power of two has its blocks at multiples of that. */
void *aligned_alloc(size_t alignment, size_t size)
{
	size_t rounded;

	if (!alignment || alignment & (alignment - 1)) {
		errno = EINVAL;
		return NULL;
	}
	if (alignment <= 16)
		return malloc(size);
	rounded = size < alignment ? alignment : size;
	if (rounded > ALIGNED_MAX)
		return __large_alloc(size, alignment);
	rounded = 1ul << (64 - __builtin_clzl(rounded - 1));
	return small_alloc(class_of(rounded));
}

void *memalign(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

void *valloc(size_t size)
{
	return aligned_alloc(PAGE, size);
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

void __alloc_thread_exit(void)
{
	for (unsigned class = 0; class < CLASS_COUNT; class++) {
		__slab_give(cache[class].blocks, cache[class].count);
		cache[class] = (struct magazine){ 0 };
	}
}

/* The caches of the parent's other threads stay out of reach in the child: their owners may have been inside them. */
void __alloc_fork_before(void)
{
	lock_acquire(&__heap_lock);
}

void __alloc_fork_after(void)
{
	lock_release(&__heap_lock);
}
