/* sources: efi-loader/memory_map.c efi-loader/paging.c efi-loader/elf.c efi-loader/blake2b.c efi-loader/clock.c */
/*
 * The loader's arithmetic: the memory map against a page-by-page model from a fixed seed, the page tables walked back,
 * BLAKE2b against the vectors of RFC 7693, and the calendar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "efi-loader/blake2b.h"
#include "efi-loader/clock.h"
#include "efi-loader/memory_map.h"
#include "efi-loader/paging.h"
#include "tests/host/elf_maker.h"

enum { RANGES_MAX = 600, MODEL_PAGES = 1024, UNCOVERED = 255 };

static struct memory_edge edges[MEMORY_EDGES(RANGES_MAX)];
static struct boot_mem_range input[RANGES_MAX], output[MEMORY_RANGES(RANGES_MAX)];
static uint64_t random_state = 0x9e3779b97f4a7c15;

static uint64_t random_number(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static struct boot_mem_range range(uint64_t first_page, uint64_t pages, uint32_t type)
{
	return (struct boot_mem_range){ .base = first_page * 4096, .length = pages * 4096, .type = type };
}

static void assert_range(size_t i, uint64_t first_page, uint64_t pages, uint32_t type)
{
	assert_int_equal(output[i].base, first_page * 4096);
	assert_int_equal(output[i].length, pages * 4096);
	assert_int_equal(output[i].type, type);
}

static void ranges_are_sorted_and_merged(void **state)
{
	(void)state;
	input[0] = range(16, 4, BOOT_MEM_FREE);
	input[1] = range(0, 8, BOOT_MEM_FREE);
	input[2] = range(8, 8, BOOT_MEM_FREE);
	input[3] = range(30, 0, BOOT_MEM_RESERVED);
	input[4] = range(40, 1, BOOT_MEM_ACPI);
	assert_int_equal(memory_map_build(input, 5, edges, output), 2);
	assert_range(0, 0, 20, BOOT_MEM_FREE);
	assert_range(1, 40, 1, BOOT_MEM_ACPI);
	assert_int_equal(memory_map_build(input, 0, edges, output), 0);
}

static void claims_and_reservations_win(void **state)
{
	(void)state;
	input[0] = range(0, 100, BOOT_MEM_FREE);
	input[1] = range(10, 10, BOOT_MEM_KERNEL);
	input[2] = range(15, 10, BOOT_MEM_RESERVED);
	assert_int_equal(memory_map_build(input, 3, edges, output), 4);
	assert_range(0, 0, 10, BOOT_MEM_FREE);
	assert_range(1, 10, 5, BOOT_MEM_KERNEL);
	assert_range(2, 15, 10, BOOT_MEM_RESERVED);
	assert_range(3, 25, 75, BOOT_MEM_FREE);
}

static void odd_ranges_are_rounded_safely(void **state)
{
	(void)state;
	input[0] = (struct boot_mem_range){ .base = 100, .length = 3 * 4096, .type = BOOT_MEM_FREE };
	input[1] = (struct boot_mem_range){ .base = 2 * 4096 + 5, .length = 1, .type = BOOT_MEM_ACPI };
	input[2] = (struct boot_mem_range){ .base = 1ull << 51, .length = UINT64_MAX, .type = BOOT_MEM_RESERVED };
	input[3] = (struct boot_mem_range){ .base = UINT64_MAX - 4095, .length = 4096, .type = BOOT_MEM_FREE };
	assert_int_equal(memory_map_build(input, 4, edges, output), 3);
	assert_range(0, 1, 1, BOOT_MEM_FREE);
	assert_range(1, 2, 1, BOOT_MEM_ACPI);
	assert_int_equal(output[2].base + output[2].length, 1ull << 52);
}

/* The model's order of strength, spelled out a second time on purpose. */
static int strength(uint8_t type)
{
	switch (type) {
	case BOOT_MEM_RESERVED:   return 8;
	case BOOT_MEM_RUNTIME:    return 7;
	case BOOT_MEM_ACPI:       return 6;
	case BOOT_MEM_PAGE_TABLE: return 5;
	case BOOT_MEM_KERNEL:     return 4;
	case BOOT_MEM_ARCHIVE:    return 3;
	case BOOT_MEM_LOADER:     return 2;
	case BOOT_MEM_FREE:       return 1;
	default:                  return 0;
	}
}

static void compare_with_model(size_t count)
{
	uint8_t model[MODEL_PAGES], seen[MODEL_PAGES];
	size_t used = memory_map_build(input, count, edges, output);

	memset(model, UNCOVERED, sizeof(model));
	memset(seen, UNCOVERED, sizeof(seen));
	for (size_t i = 0; i < count; i++)
		for (uint64_t page = input[i].base / 4096; page < (input[i].base + input[i].length) / 4096; page++)
			if (strength((uint8_t)input[i].type) > strength(model[page]))
				model[page] = (uint8_t)input[i].type;
	for (size_t i = 0; i < used; i++) {
		uint64_t end = output[i].base + output[i].length;

		assert_true(output[i].length > 0);
		if (i && output[i - 1].base + output[i - 1].length == output[i].base)
			assert_int_not_equal(output[i - 1].type, output[i].type);
		if (i)
			assert_true(output[i - 1].base + output[i - 1].length <= output[i].base);
		for (uint64_t page = output[i].base / 4096; page < end / 4096; page++)
			seen[page] = (uint8_t)output[i].type;
	}
	assert_memory_equal(model, seen, sizeof(model));
}

static void random_maps_match_the_model(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t count = 1 + random_number(RANGES_MAX);

		for (size_t i = 0; i < count; i++) {
			uint64_t first = random_number(MODEL_PAGES);
			uint64_t pages = random_number(1 + (MODEL_PAGES - first) / (1 + random_number(64)));

			input[i] = range(first, pages, (uint32_t)random_number(BOOT_MEM_RUNTIME + 1));
		}
		compare_with_model(count);
	}
}

static void end_of_memory_leaves_reserved_ranges_out(void **state)
{
	(void)state;
	input[0] = range(0, 100, BOOT_MEM_FREE);
	input[1] = range(200, 100, BOOT_MEM_ACPI);
	input[2] = range(1 << 20, 100, BOOT_MEM_RESERVED);
	assert_int_equal(memory_map_end(input, 3), 300 * 4096);
}

struct leaf {
	bool present, writable, executable;
	uint64_t physical;
};

/* What the processor would find for an address: permissions are the weakest on the way down. */
static struct leaf walk(const struct page_arena *arena, uint64_t address)
{
	struct leaf leaf = { .writable = true, .executable = true };
	const uint64_t *table = (const uint64_t *)(uintptr_t)arena->start;

	for (int shift = 39;; shift -= 9) {
		uint64_t entry = table[address >> shift & 511], below = entry & 0x000ffffffffff000ull;

		if (!(entry & 1))
			return (struct leaf){ .present = false };
		leaf.writable &= (entry & 2) != 0;
		leaf.executable &= !(entry >> 63);
		if (shift == 12 || (shift < 39 && entry & 0x80)) {
			leaf.present = true;
			leaf.physical = below + (address & ((1ull << shift) - 1));
			return leaf;
		}
		table = (const uint64_t *)(uintptr_t)below;
	}
}

static void assert_leaf(const struct page_arena *arena, uint64_t address, uint64_t physical, const char *rights)
{
	struct leaf leaf = walk(arena, address);

	assert_true(leaf.present);
	assert_int_equal(leaf.physical, physical);
	assert_int_equal(leaf.writable, strchr(rights, 'w') != NULL);
	assert_int_equal(leaf.executable, strchr(rights, 'x') != NULL);
}

static void check_address_space(struct address_space *space)
{
	uint64_t pages = paging_table_pages(space), kernel = space->kernel->base + space->kernel_slide;
	struct page_arena arena;

	arena.start = (uintptr_t)aligned_alloc(PAGING_PAGE, pages * PAGING_PAGE);
	arena.end = arena.start + pages * PAGING_PAGE;
	assert_true(paging_build(space, &arena));

	assert_leaf(&arena, space->direct_map, 0, "w");
	assert_leaf(&arena, space->direct_map + space->direct_map_size - 1, space->direct_map_size - 1, "w");
	assert_false(walk(&arena, space->direct_map + space->direct_map_size).present);
	assert_false(walk(&arena, space->direct_map - 1).present);
	assert_leaf(&arena, 0x1234, 0x1234, "x");
	assert_leaf(&arena, 4 * PAGING_GIB - 1, 4 * PAGING_GIB - 1, "x");
	if (space->loader_base > 4 * PAGING_GIB)
		assert_leaf(&arena, space->loader_base, space->loader_base, "x");
	else
		assert_false(walk(&arena, 4 * PAGING_GIB).present);

	assert_leaf(&arena, kernel, space->kernel_physical, "");
	assert_leaf(&arena, kernel + 0x1000, space->kernel_physical + 0x1000, "x");
	assert_leaf(&arena, kernel + 0x2000, space->kernel_physical + 0x2000, "");
	assert_leaf(&arena, kernel + 0x3000, space->kernel_physical + 0x3000, "w");
	assert_false(walk(&arena, kernel + space->kernel->size).present);

	arena.end = arena.next - PAGING_PAGE;
	assert_false(paging_build(space, &arena));
	free((void *)(uintptr_t)arena.start);
}

static void address_spaces_are_as_promised(void **state)
{
	uint8_t file[MAKER_FILE_SIZE];
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	for (int i = 0; i < 200; i++) {
		struct address_space space = {
			.direct_map = 0xffff800000000000 + random_number(16 * 1024) * PAGING_GIB,
			.direct_map_size = (4 + random_number(20)) * PAGING_GIB,
			.kernel_physical = random_number(1 << 20) * PAGING_PAGE,
			.kernel_slide = random_number(PAGING_GIB / PAGING_PAGE) * PAGING_PAGE,
			.kernel = &image,
			.loader_base = random_number(1 << 22) * PAGING_PAGE,
			.loader_size = 0x8000,
			.has_gib_pages = i % 2,
		};

		check_address_space(&space);
	}
}

static void assert_digest(const void *data, size_t length, size_t step, const uint8_t *start)
{
	uint8_t digest[BLAKE2B_DIGEST];
	struct blake2b hash;

	blake2b_init(&hash);
	for (size_t at = 0; at < length; at += step)
		blake2b_add(&hash, (const uint8_t *)data + at, step < length - at ? step : length - at);
	blake2b_finish(&hash, digest);
	assert_memory_equal(digest, start, 8);
}

/* The first eight bytes of known digests: of "abc" (RFC 7693), of nothing, and of 0, 1, 2 ... 255, 0 ... */
static void blake2b_matches_known_digests(void **state)
{
	static const uint8_t abc[8] = { 0xba, 0x80, 0xa5, 0x3f, 0x98, 0x1c, 0x4d, 0x0d };
	static const uint8_t nothing[8] = { 0x78, 0x6a, 0x02, 0xf7, 0x42, 0x01, 0x59, 0x03 };
	static const uint8_t one_block[8] = { 0x23, 0x19, 0xe3, 0x78, 0x9c, 0x47, 0xe2, 0xda };
	static const uint8_t thousand[8] = { 0x9f, 0xe6, 0x87, 0x12, 0x6e, 0x65, 0x66, 0x31 };
	uint8_t bytes[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	assert_digest("abc", 3, 1, abc);
	assert_digest("", 0, 1, nothing);
	for (size_t step = 1; step <= sizeof(bytes); step += 37) {
		assert_digest(bytes, 128, step, one_block);
		assert_digest(bytes, sizeof(bytes), step, thousand);
	}
}

static void calendar_is_gregorian(void **state)
{
	(void)state;
	assert_int_equal(clock_seconds(&(struct calendar_time){ 1970, 1, 1, 0, 0, 0 }), 0);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2000, 2, 29, 12, 34, 56 }), 951827696);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2038, 1, 19, 3, 14, 8 }), 1ull << 31);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2100, 3, 1, 0, 0, 0 }), 4107542400);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2100, 2, 29, 0, 0, 0 }), 0);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2024, 13, 1, 0, 0, 0 }), 0);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2024, 0, 1, 0, 0, 0 }), 0);
	assert_int_equal(clock_seconds(&(struct calendar_time){ 2024, 1, 1, 24, 0, 0 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_sorted_and_merged),
		cmocka_unit_test(claims_and_reservations_win),
		cmocka_unit_test(odd_ranges_are_rounded_safely),
		cmocka_unit_test(random_maps_match_the_model),
		cmocka_unit_test(end_of_memory_leaves_reserved_ranges_out),
		cmocka_unit_test(address_spaces_are_as_promised),
		cmocka_unit_test(blake2b_matches_known_digests),
		cmocka_unit_test(calendar_is_gregorian),
	};

	return cmocka_run_group_tests_name("loader: memory map, page tables, entropy, clock", tests, NULL, NULL);
}
