/*
 * The kernel's file and its place in physical memory: checked before anything else is prepared, and copied and
 * relocated once the layout is chosen.
 */
#include "loader.h"

#define PLACE_ALIGNMENT (2ull << 20)

void check_kernel(struct loader *loader)
{
	const char *error = elf_check(loader->kernel_file.data, loader->kernel_file.size, &loader->kernel);

	if (error)
		fail("the kernel %s cannot be loaded: %s", loader->config.kernel, error);
}

static void free_pages(uint64_t start, uint64_t end)
{
	if (start < end)
		boot_services->FreePages(start, (end - start) / LOADER_PAGE);
}

/*
 * Memory on a 2 MiB boundary lets the kernel use large pages for itself. The firmware only allocates to 4 KiB: take
 * more, then give the ends back. On a machine too small for that, any page will do.
 */
static uint64_t find_place(uint64_t size)
{
	uint64_t spare = PLACE_ALIGNMENT - LOADER_PAGE;
	uint64_t start = (uintptr_t)try_allocate_pages(size + spare);
	uint64_t place = (start + spare) / PLACE_ALIGNMENT * PLACE_ALIGNMENT;

	if (!start)
		return (uintptr_t)allocate_pages(size, "the kernel's image");
	free_pages(start, place);
	free_pages(place + size, start + size + spare);
	return place;
}

void place_kernel(struct loader *loader)
{
	struct address_space *space = &loader->space;

	space->kernel_physical = find_place(loader->kernel.size);
	elf_load(&loader->kernel, (void *)(uintptr_t)space->kernel_physical, space->kernel_slide);
}
