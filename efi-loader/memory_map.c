/*
 * The conversion of the memory map; see memory_map.h. A sweep over the edges of all ranges, in order of address,
 * counts for each type how many ranges cover the place; the type of highest rank with a count names it.
 * Owns no state; callable from any context.
 */
#include <stdbool.h>

#include "memory_map.h"

#define PAGE          4096ull
#define ADDRESS_LIMIT (1ull << 52)	/* the architecture's largest physical address */

/* From the strongest claim on a page to the weakest. */
static const enum boot_mem_type ranks[] = {
	BOOT_MEM_RESERVED,
	BOOT_MEM_RUNTIME,
	BOOT_MEM_ACPI,
	BOOT_MEM_PAGE_TABLE,
	BOOT_MEM_KERNEL,
	BOOT_MEM_ARCHIVE,
	BOOT_MEM_LOADER,
	BOOT_MEM_FREE,
};

enum { RANK_COUNT = sizeof(ranks) / sizeof(ranks[0]), NO_TYPE = RANK_COUNT };

static uint64_t range_end(const struct boot_mem_range *range)
{
	if (range->base >= ADDRESS_LIMIT || range->length > ADDRESS_LIMIT - range->base)
		return ADDRESS_LIMIT;
	return range->base + range->length;
}

static size_t add_edges(struct memory_edge *edges, size_t used, const struct boot_mem_range *range)
{
	uint64_t start = range->base, end = range_end(range);

	if (range->type == BOOT_MEM_FREE) {
		start = (start + PAGE - 1) & ~(PAGE - 1);
		end &= ~(PAGE - 1);
	} else {
		start &= ~(PAGE - 1);
		end = (end + PAGE - 1) & ~(PAGE - 1);
	}
	if (range->length == 0 || start >= end)
		return used;
	edges[used++] = (struct memory_edge){ start, range->type, 1 };
	edges[used++] = (struct memory_edge){ end, range->type, -1 };
	return used;
}

static void sift_down(struct memory_edge *edges, size_t at, size_t count)
{
	struct memory_edge moving = edges[at];

	for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && edges[child].address < edges[child + 1].address)
			child++;
		if (edges[child].address <= moving.address)
			break;
		edges[at] = edges[child];
		at = child;
	}
	edges[at] = moving;
}

/* Heap sort: maps have hundreds of entries in no promised order, and there is no memory to allocate. */
static void sort_edges(struct memory_edge *edges, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift_down(edges, i, count);
	for (size_t end = count; end-- > 1;) {
		struct memory_edge highest = edges[0];

		edges[0] = edges[end];
		edges[end] = highest;
		sift_down(edges, 0, end);
	}
}

static uint32_t strongest(const unsigned int *covering)
{
	for (unsigned int i = 0; i < RANK_COUNT; i++)
		if (covering[ranks[i]])
			return ranks[i];
	return NO_TYPE;
}

static size_t append(struct boot_mem_range *output, size_t used, uint64_t start, uint64_t end, uint32_t type)
{
	struct boot_mem_range *last = used ? &output[used - 1] : NULL;

	if (last && last->type == type && last->base + last->length == start) {
		last->length += end - start;
		return used;
	}
	output[used] = (struct boot_mem_range){ .base = start, .length = end - start, .type = type };
	return used + 1;
}

size_t memory_map_build(const struct boot_mem_range *input, size_t count, struct memory_edge *edges,
			struct boot_mem_range *output)
{
	unsigned int covering[RANK_COUNT] = { 0 };
	size_t edge_count = 0, used = 0;
	uint64_t start = 0;

	for (size_t i = 0; i < count; i++)
		edge_count = add_edges(edges, edge_count, &input[i]);
	sort_edges(edges, edge_count);
	for (size_t i = 0; i < edge_count; i++) {
		uint32_t type = strongest(covering);

		if (type != NO_TYPE && edges[i].address > start)
			used = append(output, used, start, edges[i].address, type);
		covering[edges[i].type] += (unsigned int)edges[i].change;
		start = edges[i].address;
	}
	return used;
}

uint64_t memory_map_end(const struct boot_mem_range *input, size_t count)
{
	uint64_t highest = 0;

	for (size_t i = 0; i < count; i++)
		if (input[i].type != BOOT_MEM_RESERVED && range_end(&input[i]) > highest)
			highest = range_end(&input[i]);
	return highest;
}
