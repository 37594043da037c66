/*
 * The page tables of the boot protocol: direct map, kernel image and identity map, four levels. No leaf is writable
 * and executable: the direct map is never executable, the identity map never writable. Slots of the upper half that
 * are not used stay zero, for the kernel to fill. Owns no state; not for use after the tables are live.
 */
#include <stddef.h>

#include "bytes.h"
#include "paging.h"

enum {
	ENTRIES = 512,
	LEVEL_4K = 0, LEVEL_2M = 1, LEVEL_1G = 2, LEVEL_TOP = 3,
};

#define ENTRY_PRESENT    (1ull << 0)
#define ENTRY_WRITE      (1ull << 1)
#define ENTRY_ACCESSED   (1ull << 5)
#define ENTRY_DIRTY      (1ull << 6)
#define ENTRY_LARGE      (1ull << 7)
#define ENTRY_NO_EXECUTE (1ull << 63)
#define ENTRY_ADDRESS    0x000ffffffffff000ull

#define IDENTITY_SIZE (4 * PAGING_GIB)

static uint64_t level_size(int level)
{
	return PAGING_PAGE << (9 * level);
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static uint64_t *new_table(struct page_arena *arena)
{
	uint64_t *table = (uint64_t *)(uintptr_t)arena->next;

	if (arena->next >= arena->end)
		return NULL;
	arena->next += PAGING_PAGE;
	memset(table, 0, PAGING_PAGE);
	return table;
}

/* The entry for `address` in the table of `level`, with the tables above it made as needed; NULL when out of pages. */
static uint64_t *find_entry(struct page_arena *arena, uint64_t address, int level)
{
	uint64_t *table = (uint64_t *)(uintptr_t)arena->start;

	for (int at = LEVEL_TOP;; at--) {
		uint64_t *entry = &table[address / level_size(at) % ENTRIES];

		if (at == level)
			return entry;
		if (!(*entry & ENTRY_PRESENT)) {
			uint64_t *below = new_table(arena);

			if (!below)
				return NULL;
			*entry = (uintptr_t)below | ENTRY_PRESENT | ENTRY_WRITE;
		}
		table = (uint64_t *)(uintptr_t)(*entry & ENTRY_ADDRESS);
	}
}

/*
 * Map whole pages of `level`. Accessed and dirty are set, so that the processor never has to write them; a page that
 * is not writable must not be dirty, since that combination marks a shadow stack.
 */
static bool map(struct page_arena *arena, uint64_t address, uint64_t physical, uint64_t length, int level, uint64_t rights)
{
	uint64_t bits = rights | ENTRY_PRESENT | ENTRY_ACCESSED;

	bits |= level == LEVEL_4K ? 0 : ENTRY_LARGE;
	bits |= rights & ENTRY_WRITE ? ENTRY_DIRTY : 0;
	for (uint64_t done = 0; done < length; done += level_size(level)) {
		uint64_t *entry = find_entry(arena, address + done, level);

		if (!entry)
			return false;
		*entry = (physical + done) | bits;
	}
	return true;
}

static bool map_kernel(const struct address_space *space, struct page_arena *arena)
{
	const struct elf_image *kernel = space->kernel;

	for (uint64_t offset = 0; offset < kernel->size; offset += PAGING_PAGE) {
		unsigned int rights = elf_page_rights(kernel, kernel->base + offset);
		uint64_t bits = (rights & ELF_WRITE ? ENTRY_WRITE : 0) | (rights & ELF_EXECUTE ? 0 : ENTRY_NO_EXECUTE);

		if (rights && !map(arena, kernel->base + space->kernel_slide + offset, space->kernel_physical + offset,
				   PAGING_PAGE, LEVEL_4K, bits))
			return false;
	}
	return true;
}

/* The first 4 GiB, and the loader where the firmware has put it above them. */
static bool map_identity(const struct address_space *space, struct page_arena *arena)
{
	uint64_t unit = level_size(LEVEL_2M);
	uint64_t start = space->loader_base / unit * unit;
	uint64_t end = round_up(space->loader_base + space->loader_size, unit);

	if (!map(arena, 0, 0, IDENTITY_SIZE, space->has_gib_pages ? LEVEL_1G : LEVEL_2M, 0))
		return false;
	if (end <= IDENTITY_SIZE)
		return true;
	if (start < IDENTITY_SIZE)
		start = IDENTITY_SIZE;
	return map(arena, start, start, end - start, LEVEL_2M, 0);
}

/* Tables of `level` that a range of this length can touch wherever it begins. */
static uint64_t tables_of_level(uint64_t length, int level)
{
	return round_up(length, level_size(level + 1)) / level_size(level + 1) + 1;
}

uint64_t paging_table_pages(const struct address_space *space)
{
	uint64_t top = 1;
	uint64_t direct = tables_of_level(space->direct_map_size, LEVEL_1G);
	uint64_t identity = tables_of_level(IDENTITY_SIZE, LEVEL_1G);
	uint64_t loader = tables_of_level(space->loader_size, LEVEL_1G) + tables_of_level(space->loader_size, LEVEL_2M);
	uint64_t kernel = tables_of_level(space->kernel->size, LEVEL_1G) +
			  tables_of_level(space->kernel->size, LEVEL_2M) + tables_of_level(space->kernel->size, LEVEL_4K);

	if (!space->has_gib_pages) {
		direct += tables_of_level(space->direct_map_size, LEVEL_2M);
		identity += tables_of_level(IDENTITY_SIZE, LEVEL_2M);
	}
	return top + direct + identity + loader + kernel;
}

bool paging_build(const struct address_space *space, struct page_arena *arena)
{
	arena->next = arena->start;
	return new_table(arena) &&
	       map(arena, space->direct_map, 0, space->direct_map_size, space->has_gib_pages ? LEVEL_1G : LEVEL_2M,
		   ENTRY_WRITE | ENTRY_NO_EXECUTE) &&
	       map_kernel(space, arena) && map_identity(space, arena);
}
