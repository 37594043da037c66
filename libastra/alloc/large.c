/*
 * Large blocks: a mapping each, which goes back to the system when the block is freed. A header belongs to the block's
 * owner, so nothing here takes a lock.
 */
#include <errno.h>
#include <sys/mman.h>

#include "alloc_impl.h"

void *__heap_map(size_t length, size_t alignment, size_t offset)
{
	size_t room = length + alignment;
	char *at, *start;

	if (room < length || room > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		errno = ENOMEM;
		return NULL;
	}
	start = (char *)(((uintptr_t)at + offset + alignment - 1) & -alignment) - offset;
	if (start != at)
		munmap(at, (size_t)(start - at));
	if (start + length != at + room)
		munmap(start + length, (size_t)(at + room - start) - length);
	return start;
}

/* A block of great alignment begins its granule, and the header lies in the granule before; else both share one. */
void *__large_alloc(size_t size, size_t alignment)
{
	bool apart = alignment >= GRANULE;
	size_t offset = apart ? GRANULE : alignment < LARGE_HEADER ? LARGE_HEADER : alignment, length;
	struct large *large;
	char *block;

	if (size > PTRDIFF_MAX - offset - PAGE) {
		errno = ENOMEM;
		return NULL;
	}
	length = (size + offset + PAGE - 1) & -PAGE;
	large = __heap_map(length, apart ? alignment : GRANULE, apart ? offset : 0);
	if (!large)
		return NULL;
	large->length = length;
	large->offset = offset;
	block = (char *)large + offset;
	if (!__heap_remember(granule_of(block), apart ? LARGE_AFTER : LARGE)) {
		munmap(large, length);
		return NULL;
	}
	return block;
}

struct large *__large_header(void *block, enum granule_kind kind)
{
	struct large *large = granule_of(block);

	if (kind == LARGE_AFTER)
		large = (struct large *)((char *)large - GRANULE);
	return (char *)block == (char *)large + large->offset ? large : NULL;
}

/* Forgotten first: the next moment another thread's mapping may be there. */
void __large_free(struct large *large)
{
	__heap_remember(granule_of((char *)large + large->offset), NOT_OURS);
	munmap(large, large->length);
}

bool __large_resize(struct large *large, size_t size)
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
