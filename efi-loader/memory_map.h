/*
 * Turns the firmware's memory map, in any order and with overlaps, into the sorted one of the boot protocol.
 * No firmware calls and no allocation: memory_map.c runs after ExitBootServices and in the host tests.
 */
#ifndef EFI_LOADER_MEMORY_MAP_H
#define EFI_LOADER_MEMORY_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "abi/boot_info.h"

/* Scratch space for memory_map_build(): where a range begins (+1) or ends (-1). */
struct memory_edge {
	uint64_t address;
	uint32_t type;			/* enum boot_mem_type */
	int32_t change;
};

/* Room that the caller provides for `count` input ranges, in entries. */
#define MEMORY_EDGES(count)  (2 * (count))
#define MEMORY_RANGES(count) (2 * (count))

/*
 * Sort and merge `count` ranges of `input` into `output`; returns the number of ranges written. Where ranges overlap,
 * the type that forbids more wins; free ranges shrink to whole pages, all others grow to them.
 */
size_t memory_map_build(const struct boot_mem_range *input, size_t count, struct memory_edge *edges,
			struct boot_mem_range *output);

/* The end of the highest range that the direct map must cover (everything but BOOT_MEM_RESERVED), in bytes. */
uint64_t memory_map_end(const struct boot_mem_range *input, size_t count);

#endif
