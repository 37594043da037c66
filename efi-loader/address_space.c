/*
 * Chooses where the kernel and the direct map appear in virtual memory, at random unless the command line says
 * `nokaslr`, and has the page tables built for that.
 */
#include "loader.h"
#include "machine.h"

#define NO_RANDOM_WORD     "nokaslr"
#define DIRECT_MAP_BASE    0xffff800000000000ull
#define DIRECT_MAP_END     0xffffc00000000000ull	/* the kernel's own map begins here */
#define DIRECT_MAP_MINIMUM (4 * PAGING_GIB)
#define DIRECT_MAP_CHOICES (16 * 1024)			/* bases, 1 GiB apart: 16 TiB */
#define SLIDE_LIMIT        PAGING_GIB

/* Both limits are powers of two, so that a remainder of random bits is even. */
static uint64_t random_below(const char *purpose, uint64_t limit)
{
	uint64_t value;

	entropy_extract(purpose, &value, sizeof(value));
	return value % limit;
}

void choose_layout(struct loader *loader)
{
	struct address_space *space = &loader->space;
	bool random = !config_has_word(loader->config.cmdline, NO_RANDOM_WORD);
	uint64_t end = firmware_memory_end(loader);

	space->kernel = &loader->kernel;
	space->loader_base = (uintptr_t)loader->self->ImageBase;
	space->loader_size = loader->self->ImageSize;
	space->has_gib_pages = cpu_has_gib_pages();

	space->direct_map = DIRECT_MAP_BASE;
	space->direct_map_size = (end + PAGING_GIB - 1) / PAGING_GIB * PAGING_GIB;
	if (space->direct_map_size < DIRECT_MAP_MINIMUM)
		space->direct_map_size = DIRECT_MAP_MINIMUM;
	if (space->direct_map_size > DIRECT_MAP_END - DIRECT_MAP_BASE - DIRECT_MAP_CHOICES * PAGING_GIB)
		fail("the machine has memory above 48 TiB, which the kernel cannot map");

	if (random) {
		uint64_t slots = SLIDE_LIMIT / loader->kernel.alignment;

		space->direct_map += random_below("direct map", DIRECT_MAP_CHOICES) * PAGING_GIB;
		space->kernel_slide = random_below("kernel slide", slots) * loader->kernel.alignment;
	}
}

void build_address_space(struct loader *loader)
{
	uint64_t bytes = paging_table_pages(&loader->space) * PAGING_PAGE;

	loader->arena.start = (uintptr_t)allocate_pages(bytes, "the page tables");
	loader->arena.end = loader->arena.start + bytes;
	if (!paging_build(&loader->space, &loader->arena))
		fail("the page tables need more than the %llu KiB that were computed for them", bytes / 1024);
}
