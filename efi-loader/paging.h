/*
 * Builds the page tables that the kernel starts on, in an arena of pages that the caller allocated. Table entries hold
 * physical addresses; the arena is used through its physical address, which is right under the firmware's identity
 * map. paging.c makes no firmware calls.
 */
#ifndef EFI_LOADER_PAGING_H
#define EFI_LOADER_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "elf.h"

#define PAGING_PAGE 4096ull
#define PAGING_GIB  (1ull << 30)

/* The address space to build; see abi/boot_info.h for its three parts. */
struct address_space {
	uint64_t direct_map;		/* virtual, multiple of 1 GiB */
	uint64_t direct_map_size;	/* bytes, multiple of 1 GiB, at least 4 GiB */
	uint64_t kernel_physical;	/* where elf_load() has put the image, page aligned */
	uint64_t kernel_slide;		/* multiple of a page */
	const struct elf_image *kernel;
	uint64_t loader_base;		/* the loader's own image, mapped one to one for its last instructions */
	uint64_t loader_size;
	bool has_gib_pages;		/* the processor knows 1 GiB pages */
};

struct page_arena {
	uint64_t start;			/* physical, page aligned; the top-level table is its first page */
	uint64_t next, end;		/* pages from `next` up are unused */
};

/* An upper bound of the table pages that this address space needs. */
uint64_t paging_table_pages(const struct address_space *space);

/* Build the tables from the arena's first page up. Returns false when the arena was too small. */
bool paging_build(const struct address_space *space, struct page_arena *arena);

#endif
