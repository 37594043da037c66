/*
 * From the loader's memory map to the page array: sizes and places the array, gives struct pages to every section that
 * has RAM, marks what must stay, and releases the rest to mm/frame.c. Runs once on the boot CPU before any other
 * part of mm/, so it takes no locks of its own; frame_free_loader() may run later, from one task.
 */
#include "arch/arch.h"
#include "boot/boot.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/frame_internal.h"

#define MIN_FREE MIB(2)		/* what the kernel's own tables and a first program need */

/* Where the page array stands: frames [first, first + sections + map), the bit map of sections at its end. */
struct array_place {
	u64 first;		/* frame number */
	u64 sections;		/* pages of struct pages, one a section, of absent sections too */
	u64 map;		/* pages of section_map */
};

static u64 first_frame(const struct boot_mem_range *r) { return r->base >> PAGE_SHIFT; }
static u64 end_frame(const struct boot_mem_range *r) { return (r->base + r->length) >> PAGE_SHIFT; }

/* RAM that the kernel uses or frees one day; ACPI tables and firmware memory are as good as holes. */
static bool is_ram(const struct boot_mem_range *r)
{
	switch (r->type) {
	case BOOT_MEM_FREE:
	case BOOT_MEM_LOADER:
	case BOOT_MEM_KERNEL:
	case BOOT_MEM_PAGE_TABLE:
	case BOOT_MEM_ARCHIVE:
		return r->length != 0;
	default:
		return false;
	}
}

static void check_map(const struct boot_info *info, const struct boot_mem_range *map)
{
	u64 end = 0;

	for (u64 i = 0; i < info->memory_map_count; i++) {
		ASSERT(IS_ALIGNED(map[i].base, PAGE_SIZE) && IS_ALIGNED(map[i].length, PAGE_SIZE));
		ASSERT(map[i].base >= end && map[i].base + map[i].length >= map[i].base);
		end = map[i].base + map[i].length;
		ASSERT(!is_ram(&map[i]) || end <= info->direct_map_size);
	}
}

/* Put the array at the end of the largest free range above 1 MiB. */
static struct array_place place_array(const struct boot_mem_range *map, u64 count)
{
	struct array_place place = { 0 };
	u64 highest = 0, ram = 0, largest = 0, end = 0, pages;

	for (u64 i = 0; i < count; i++) {
		u64 first = MAX(first_frame(&map[i]), (u64)LOW_END_PFN);

		if (!is_ram(&map[i]))
			continue;
		highest = end_frame(&map[i]);
		ram += map[i].length;
		if (map[i].type == BOOT_MEM_FREE && highest > first && highest - first > largest) {
			largest = highest - first;
			end = highest;
		}
	}
	place.sections = ALIGN_UP(highest, SECTION_FRAMES) / SECTION_FRAMES;
	place.map = ALIGN_UP(ALIGN_UP(place.sections, 64) / 8, PAGE_SIZE) / PAGE_SIZE;
	pages = place.sections + place.map;
	if (pages > largest)
		boot_fail("too little memory: of %lu KiB RAM the largest free piece has %lu KiB, and the table of frames needs %lu KiB",
		      ram >> 10, largest * PAGE_SIZE >> 10, pages * PAGE_SIZE >> 10);
	place.first = end - pages;
	return place;
}

static void mark_sections(const struct boot_mem_range *map, u64 count)
{
	for (u64 i = 0; i < count; i++) {
		if (!is_ram(&map[i]))
			continue;
		for (u64 s = first_frame(&map[i]) / SECTION_FRAMES; s <= (end_frame(&map[i]) - 1) / SECTION_FRAMES; s++)
			section_map[s / 64] |= 1ull << s % 64;
	}
}

/* Blank struct pages for every present section. */
static void clear_sections(const struct array_place *place)
{
	for (u64 s = 0; s < place->sections; s++)
		if (frame_present(s * SECTION_FRAMES))
			page_clear(&page_array[s * SECTION_FRAMES]);
}

static void mark_frames(u64 first, u64 end, u16 flags)
{
	for (u64 pfn = first; pfn < end; pfn++) {
		page_array[pfn].flags = flags;
		atomic_set(&page_array[pfn].refs, 1);
	}
}

/* No RAM in [first, end): mark what shares a section with RAM. */
static void mark_hole(u64 first, u64 end)
{
	while (first < end) {
		u64 next = MIN(end, ALIGN_DOWN(first, SECTION_FRAMES) + SECTION_FRAMES);

		if (frame_present(first))
			mark_frames(first, next, PAGE_RESERVED | PAGE_HOLE);
		first = next;
	}
}

static void mark_holes(const struct boot_mem_range *map, u64 count)
{
	u64 end = 0;

	for (u64 i = 0; i < count; i++) {
		if (!is_ram(&map[i]))
			continue;
		mark_hole(end, first_frame(&map[i]));
		end = end_frame(&map[i]);
	}
	mark_hole(end, page_array_count);
}

/* Frames of the array itself: those of absent sections are free, the others are reserved. */
static void release_array(const struct array_place *place)
{
	u64 used = place->map, s = 0;

	mark_frames(place->first + place->sections, place->first + place->sections + place->map, PAGE_RESERVED);
	while (s < place->sections) {
		u64 start = s;
		bool present = frame_present(s * SECTION_FRAMES);

		while (s < place->sections && frame_present(s * SECTION_FRAMES) == present)
			s++;
		if (present) {
			mark_frames(place->first + start, place->first + s, PAGE_RESERVED);
			used += s - start;
		} else {
			frame_release(place->first + start, place->first + s);
		}
	}
	frame_account(0, (i64)used);
}

static void release_free_range(u64 first, u64 end, const struct array_place *place)
{
	u64 array_end = place->first + place->sections + place->map;

	if (place->first < first || place->first >= end) {
		frame_release(first, end);
		return;
	}
	if (first < place->first)
		frame_release(first, place->first);
	release_array(place);
	if (array_end < end)
		frame_release(array_end, end);
}

static void release_range(const struct boot_mem_range *r, const struct array_place *place)
{
	u64 first = first_frame(r), end = end_frame(r);

	switch (r->type) {
	case BOOT_MEM_FREE:
		release_free_range(first, end, place);
		break;
	case BOOT_MEM_ARCHIVE:
		mark_frames(first, end, 0);
		frame_account((i64)(end - first), 0);
		break;
	default:
		mark_frames(first, end, PAGE_RESERVED);
		frame_account(0, (i64)(end - first));
	}
}

static void report(const struct boot_info *info)
{
	struct frame_stats stats;

	frame_stats(&stats);
	if (stats.free * PAGE_SIZE < MIN_FREE)
		boot_fail("too little memory: %lu of %lu KiB RAM are free beside the kernel and an archive of %lu KiB; at least %lu KiB are needed",
		      stats.free * PAGE_SIZE >> 10, (stats.total + stats.reserved) * PAGE_SIZE >> 10,
		      info->archive_size >> 10, MIN_FREE >> 10);
	log_info("mm", "%lu MiB RAM: %lu KiB free, %lu KiB archive, %lu KiB reserved",
		 (stats.total + stats.reserved) * PAGE_SIZE >> 20, stats.free * PAGE_SIZE >> 10,
		 (stats.total - stats.free) * PAGE_SIZE >> 10, stats.reserved * PAGE_SIZE >> 10);
}

void frame_init(const struct boot_info *info)
{
	const struct boot_mem_range *map;
	struct array_place place;

	direct_map = info->direct_map;
	map = phys_to_virt(PADDR(info->memory_map));
	check_map(info, map);
	place = place_array(map, info->memory_map_count);
	page_array = phys_to_virt(PADDR(place.first << PAGE_SHIFT));
	page_array_count = place.sections * SECTION_FRAMES;
	section_map = phys_to_virt(PADDR((place.first + place.sections) << PAGE_SHIFT));
	memset(section_map, 0, place.map * PAGE_SIZE);

	mark_sections(map, info->memory_map_count);
	clear_sections(&place);
	mark_holes(map, info->memory_map_count);

	frame_lists_init();
	for (u64 i = 0; i < info->memory_map_count; i++)
		if (is_ram(&map[i]))
			release_range(&map[i], &place);
	report(info);
}

static void free_loader_range(const struct boot_mem_range *r)
{
	u64 first = first_frame(r), end = end_frame(r);

	for (u64 pfn = first; pfn < end; pfn++) {
		ASSERT(page_array[pfn].flags == PAGE_RESERVED);
		page_array[pfn].flags = 0;
		atomic_set(&page_array[pfn].refs, 0);
	}
	frame_account(0, -(i64)(end - first));
	frame_release(first, end);
}

void frame_free_loader(const struct boot_mem_range *map, u64 count)
{
	u64 map_at = virt_to_phys(map).v;
	struct boot_mem_range last = { 0 };

	/* The map itself may lie in such a range: that one goes last, since another CPU may write to it at once. */
	for (u64 i = 0; i < count; i++) {
		if (map[i].type != BOOT_MEM_LOADER)
			continue;
		if (map_at >= map[i].base && map_at < map[i].base + map[i].length)
			last = map[i];
		else
			free_loader_range(&map[i]);
	}
	if (last.length > 0)
		free_loader_range(&last);
}
