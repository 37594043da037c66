/*
 * Slabs and the lists of them: where the threads' caches get their blocks and bring them back. Slabs are cut from
 * mappings of 1 MiB. Everything here is guarded by heap_lock; any thread, not signal handlers.
 */
#include <string.h>
#include <sys/mman.h>

#include "alloc_impl.h"

#define BATCH 16u

lock_t __heap_lock;
static struct slab *partial[CLASS_COUNT];	/* [h] slabs with room */
static struct slab *unused;			/* [h] slabs without a class */
static unsigned unused_count;			/* [h] */

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

static bool map_batch(void)
{
	char *batch = __heap_map(BATCH * GRANULE, GRANULE, 0);

	if (!batch)
		return false;
	for (unsigned i = BATCH; i--; unused_count++)
		list_add(&unused, (struct slab *)(batch + i * GRANULE));
	return true;
}

/* Block 0 begins at a multiple of the largest power of two in the block size, so that all blocks are aligned to that. */
static void give_class(struct slab *slab, unsigned class)
{
	uint32_t size = (uint32_t)class_size(class), align = size & -size, header;

	align = align > ALIGNED_MAX ? ALIGNED_MAX : align;
	memset(slab, 0, sizeof(*slab));
	slab->class = class;
	slab->block_size = size;
	slab->inverse = (uint32_t)((1ul << 32) / size + ((1ul << 32) % size != 0));
	slab->block_count = (uint32_t)((GRANULE - sizeof(*slab)) / (size + 1));
	header = (uint32_t)sizeof(*slab) + slab->block_count;
	slab->first = (header + align - 1) & -align;
	slab->block_count = ((uint32_t)GRANULE - slab->first) / size;
	if (slab->block_count > slab->first - sizeof(*slab))
		slab->block_count = slab->first - (uint32_t)sizeof(*slab);
	memset(slab->state, IN_SLAB, slab->block_count);
}

static struct slab *new_slab(unsigned class)
{
	struct slab *slab;

	if (!unused && !map_batch())
		return NULL;
	slab = unused;
	if (!__heap_remember(slab, SLAB))
		return NULL;
	list_remove(&unused, slab);
	unused_count--;
	give_class(slab, class);
	list_add(&partial[class], slab);
	return slab;
}

/* Takes an empty slab out of use; beyond one batch of spare ones its memory goes back to the kernel, the address stays ours. */
static void retire_slab(struct slab *slab)
{
	list_remove(&partial[slab->class], slab);
	__heap_remember(slab, NOT_OURS);
	if (unused_count >= BATCH)
		madvise(slab, GRANULE, MADV_DONTNEED);
	list_add(&unused, slab);
	unused_count++;
}

static struct free_block *take_one(unsigned class)
{
	struct slab *slab = partial[class];
	struct free_block *block;

	if (!slab)
		slab = new_slab(class);
	if (!slab)
		return NULL;
	block = slab->free;
	if (block)
		slab->free = block->next;
	else
		block = (struct free_block *)((char *)slab + slab->first + (size_t)slab->carved++ * slab->block_size);
	slab->state[block_index(slab, block)] = CACHED;
	if (++slab->used == slab->block_count)
		list_remove(&partial[class], slab);
	return block;
}

static void give_one(struct free_block *block)
{
	struct slab *slab = granule_of(block);

	slab->state[block_index(slab, block)] = IN_SLAB;
	block->next = slab->free;
	slab->free = block;
	if (slab->used-- == slab->block_count)
		list_add(&partial[slab->class], slab);
	if (!slab->used && (slab->next || slab->previous))
		retire_slab(slab);
}

struct free_block *__slab_take(unsigned class, unsigned count, unsigned *got)
{
	struct free_block *chain = NULL, *block;

	lock_acquire(&__heap_lock);
	for (*got = 0; *got < count; ++*got) {
		block = take_one(class);
		if (!block)
			break;
		block->next = chain;
		chain = block;
	}
	lock_release(&__heap_lock);
	return chain;
}

struct free_block *__slab_give(struct free_block *chain, unsigned count)
{
	lock_acquire(&__heap_lock);
	while (count--) {
		struct free_block *next = chain->next;

		give_one(chain);
		chain = next;
	}
	lock_release(&__heap_lock);
	return chain;
}
