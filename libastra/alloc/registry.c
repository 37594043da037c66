/*
 * Which granules of the address space belong to the heap: a table of two levels, 2^15 leaves of 2^16 granules, a byte
 * each. Leaves are mapped when something of theirs is first remembered and stay. Written under heap_lock or, for a large
 * block, by its owner; a reader needs no lock, because whoever passes a block on also passes on what was written before.
 */
#include <errno.h>
#include <sys/mman.h>

#include "alloc_impl.h"

#define LEAF_GRANULES 65536ul
#define LEAVES        32768ul

static uint8_t *leaves[LEAVES];		/* [a] from NULL to the leaf, once */

/* Two threads may both find no leaf: the exchange decides, and the loser unmaps its own. */
static uint8_t *make_leaf(size_t number)
{
	uint8_t *made = mmap(NULL, LEAF_GRANULES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *there = NULL;

	if (made == MAP_FAILED) {
		errno = ENOMEM;
		return NULL;
	}
	if (__atomic_compare_exchange_n(&leaves[number], &there, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return made;
	munmap(made, LEAF_GRANULES);
	return there;
}

bool __heap_remember(const void *granule, enum granule_kind kind)
{
	size_t number = (uintptr_t)granule / GRANULE;
	uint8_t *leaf = __atomic_load_n(&leaves[number / LEAF_GRANULES], __ATOMIC_ACQUIRE);

	if (!leaf)
		leaf = make_leaf(number / LEAF_GRANULES);
	if (!leaf)
		return false;
	__atomic_store_n(&leaf[number % LEAF_GRANULES], (uint8_t)kind, __ATOMIC_RELAXED);
	return true;
}

enum granule_kind __heap_kind_of(const void *address)
{
	size_t number = (uintptr_t)address / GRANULE;
	uint8_t *leaf = number < LEAVES * LEAF_GRANULES ? __atomic_load_n(&leaves[number / LEAF_GRANULES], __ATOMIC_ACQUIRE) : NULL;

	return leaf ? __atomic_load_n(&leaf[number % LEAF_GRANULES], __ATOMIC_RELAXED) : NOT_OURS;
}
