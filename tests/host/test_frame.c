/* sources: kernel/mm/frame.c kernel/mm/frame_boot.c kernel/lib/string.c tests/support/host.c */
/*
 * The frame allocator over made-up machines: what boot releases and reserves, a random run against a model on several
 * CPUs, exhaustion and recovery, and that misuse is caught.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_memory.h"
#include "host.h"
#include "mm/frame.h"

#define RANGE(first_kib, end_kib, kind) { KIB(first_kib), KIB((end_kib) - (first_kib)), kind, 0 }

/* 64 MiB with everything that a real map has. */
static const struct boot_mem_range small_machine[] = {
	RANGE(0, 4, BOOT_MEM_FREE),
	RANGE(4, 16, BOOT_MEM_FREE),
	RANGE(16, 20, BOOT_MEM_LOADER),
	RANGE(20, 640, BOOT_MEM_FREE),
	RANGE(640, 1024, BOOT_MEM_RESERVED),
	RANGE(1024, 3072, BOOT_MEM_FREE),
	RANGE(3072, 5120, BOOT_MEM_KERNEL),
	RANGE(5120, 5200, BOOT_MEM_PAGE_TABLE),
	RANGE(5200, 5208, BOOT_MEM_ACPI),
	RANGE(5208, 60000, BOOT_MEM_FREE),
	RANGE(60000, 61000, BOOT_MEM_ARCHIVE),
	RANGE(61000, 61100, BOOT_MEM_LOADER),
	RANGE(61100, 61104, BOOT_MEM_RUNTIME),
	RANGE(61104, 65532, BOOT_MEM_FREE),
};

/* 2 GiB below 4 GiB, 6 GiB above: the hole between them has no struct pages. */
static const struct boot_mem_range sparse_machine[] = {
	RANGE(0, 640, BOOT_MEM_FREE),
	RANGE(1024, 2 << 20, BOOT_MEM_FREE),
	RANGE(4 << 20, 10 << 20, BOOT_MEM_FREE),
};

#define BOOT(map) fake_memory_boot(map, ARRAY_SIZE(map))

static u64 free_frames(void)
{
	struct frame_stats stats;

	frame_stats(&stats);
	return stats.free;
}

static bool in_type(const struct boot_mem_range *map, size_t count, u64 at, u32 type)
{
	for (size_t i = 0; i < count; i++)
		if (at >= map[i].base && at < map[i].base + map[i].length)
			return map[i].type == type;
	return false;
}

static void test_boot_small(void **unused)
{
	struct frame_stats stats;
	u64 ram = (65532 - 384 - 8 - 4) / 4;	/* all but the video, ACPI and runtime frames */

	BOOT(small_machine);
	frame_stats(&stats);
	assert_int_equal(stats.total + stats.reserved, ram);
	assert_int_equal(stats.total - stats.free, 1000 / 4);	/* the archive */
	assert_true(phys_is_ram(PADDR(0)));
	assert_true(phys_is_ram(PADDR(KIB(3072))));
	assert_true(phys_is_ram(PADDR(KIB(61096))));
	assert_false(phys_is_ram(PADDR(KIB(640))));
	assert_false(phys_is_ram(PADDR(KIB(5200))));
	assert_false(phys_is_ram(PADDR(KIB(61100))));
	assert_false(phys_is_ram(PADDR(KIB(65532))));
	assert_false(phys_is_ram(PADDR(GIB(200))));
	assert_int_equal(phys_to_page(PADDR(KIB(4096)))->flags, PAGE_RESERVED);
	assert_int_equal(atomic_read(&phys_to_page(PADDR(KIB(60000)))->refs), 1);
}

static void test_archive_and_loader_come_free(void **unused)
{
	u64 before;

	BOOT(small_machine);
	before = free_frames();
	page_get(phys_to_page(PADDR(KIB(60004))));
	page_put(phys_to_page(PADDR(KIB(60000))));
	assert_int_equal(free_frames(), before + 1);
	page_put(phys_to_page(PADDR(KIB(60004))));
	assert_int_equal(free_frames(), before + 1);
	page_put(phys_to_page(PADDR(KIB(60004))));
	assert_int_equal(free_frames(), before + 2);
	frame_free_loader(small_machine, ARRAY_SIZE(small_machine));
	assert_int_equal(free_frames(), before + 2 + 100 / 4);	/* the low frame stays apart */
}

static void test_low_frames(void **unused)
{
	u64 count = 0;
	paddr p;

	BOOT(small_machine);
	while ((p = frame_low_page()).v != 0) {
		assert_true(p.v >= PAGE_SIZE && p.v < KIB(640) && IS_ALIGNED(p.v, PAGE_SIZE));
		assert_true(in_type(small_machine, ARRAY_SIZE(small_machine), p.v, BOOT_MEM_FREE));
		count++;
	}
	assert_int_equal(count, (640 - 8) / 4);
}

static void test_boot_sparse(void **unused)
{
	struct frame_stats stats;
	u64 frames = (GIB(8) - KIB(384)) / PAGE_SIZE, array = GIB(8) / PAGE_SIZE * sizeof(struct page) / PAGE_SIZE;

	BOOT(sparse_machine);
	frame_stats(&stats);
	assert_int_equal(stats.total + stats.reserved, frames);
	assert_in_range(stats.reserved, array, array + 300);	/* the table has no entries for the hole; and low memory */
	assert_false(phys_is_ram(PADDR(GIB(3))));
	assert_true(phys_is_ram(PADDR(GIB(4))));
	assert_true(phys_is_ram(PADDR(GIB(10) - 1)));
	assert_false(phys_is_ram(PADDR(GIB(10))));
}

/* Take everything in the largest pieces there are, and give it back. */
static void count_blocks(u64 *counts)
{
	struct list taken = LIST_INIT(taken);

	for (int order = MAX_ORDER; order >= 0; order--) {
		struct page *p;

		for (counts[order] = 0; (p = page_alloc((unsigned)order, 0)); counts[order]++)
			list_add(&taken, &p->list);
	}
	assert_int_equal(free_frames(), 0);
	while (!list_empty(&taken)) {
		struct page *p = list_first(&taken, struct page, list);

		list_del(&p->list);
		page_put(p);
	}
	frame_drain_caches();
}

struct allocation {
	struct page *page;
	unsigned order;
	u64 stamp;
};

static void check_new(const struct allocation *a, u8 *used)
{
	u64 pfn = page_to_phys(a->page).v >> PAGE_SHIFT;

	assert_true(IS_ALIGNED(pfn, 1ul << a->order));
	assert_int_equal(atomic_read(&a->page->refs), 1);
	for (u64 i = pfn; i < pfn + (1ul << a->order); i++) {
		assert_true(in_type(small_machine, ARRAY_SIZE(small_machine), i * PAGE_SIZE, BOOT_MEM_FREE));
		assert_int_equal(used[i], 0);
		used[i] = 1;
	}
}

static void release(struct allocation *a, u8 *used)
{
	u64 pfn = page_to_phys(a->page).v >> PAGE_SHIFT;
	u64 *words = page_to_virt(a->page);

	for (u64 i = 0; i < 1ul << a->order; i++) {
		assert_int_equal(words[i * PAGE_SIZE / 8], a->stamp + i);
		used[pfn + i] = 0;
	}
	page_put(a->page);
	a->page = NULL;
}

static void acquire(struct allocation *a, u8 *used, u64 *state)
{
	unsigned flags = host_random(state) % 2 ? ALLOC_ZERO : 0;
	u64 *words;

	a->order = host_random(state) % 3 ? 0 : host_random(state) % (MAX_ORDER + 1);
	a->stamp = host_random(state);
	a->page = page_alloc(a->order, flags);
	if (!a->page)
		return;
	check_new(a, used);
	words = page_to_virt(a->page);
	for (u64 i = 0; i < 1ul << a->order; i++) {
		if (flags & ALLOC_ZERO)
			assert_int_equal(words[i * PAGE_SIZE / 8] | words[i * PAGE_SIZE / 8 + 511], 0);
		words[i * PAGE_SIZE / 8] = a->stamp + i;
		words[i * PAGE_SIZE / 8 + 511] = ~0ull;
	}
}

static void test_random(void **unused)
{
	static struct allocation table[2000];
	static u8 used[MIB(64) / PAGE_SIZE];
	u64 state = host_seed(), before, blocks_before[MAX_ORDER + 1], blocks_after[MAX_ORDER + 1];
	u64 live = 0;

	BOOT(small_machine);
	before = free_frames();
	count_blocks(blocks_before);
	assert_int_equal(free_frames(), before);
	for (unsigned step = 0; step < 200000; step++) {
		struct allocation *a = &table[host_random(&state) % ARRAY_SIZE(table)];

		host_cpu = host_random(&state) % 4;
		if (a->page) {
			live -= 1ul << a->order;
			release(a, used);
		} else {
			acquire(a, used, &state);
			live += a->page ? 1ul << a->order : 0;
		}
		assert_int_equal(free_frames(), before - live);
		assert_int_equal(host_locks_held(), 0);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].page)
			release(&table[i], used);
	assert_int_equal(free_frames(), before);
	frame_drain_caches();
	count_blocks(blocks_after);
	assert_memory_equal(blocks_after, blocks_before, sizeof(blocks_before));	/* everything merged again */
	host_cpu = 0;
}

/* The last frames are in another CPU's cache: they are found before memory is said to be out. */
static void test_exhaustion(void **unused)
{
	struct list taken = LIST_INIT(taken);
	struct page *p;
	u64 count = 0, before;

	BOOT(small_machine);
	before = free_frames();
	host_cpu = 3;
	p = page_alloc(0, 0);
	page_put(p);
	host_cpu = 1;
	while ((p = page_alloc(0, 0))) {
		list_add(&taken, &p->list);
		count++;
	}
	assert_int_equal(count, before);
	assert_null(page_alloc(3, ALLOC_ZERO));
	assert_int_equal(free_frames(), 0);
	while (!list_empty(&taken)) {
		p = list_first(&taken, struct page, list);
		list_del(&p->list);
		page_put(p);
	}
	assert_int_equal(free_frames(), before);
	p = page_alloc(MAX_ORDER, 0);
	assert_non_null(p);
	page_put(p);
	host_cpu = 0;
}

static void free_twice(void *order)
{
	struct page *p = page_alloc((unsigned)(u64)order, 0);

	page_put(p);
	page_free(p);
}

static void put_once_too_often(void *unused)
{
	struct page *p = page_alloc(0, 0);

	page_put(p);
	page_put(p);
	for (;;)
		if (!page_alloc(0, 0))
			return;
}

static void free_kernel_image(void *unused)
{
	page_put(phys_to_page(PADDR(KIB(3072))));
}

static void test_misuse_panics(void **unused)
{
	BOOT(small_machine);
	assert_true(host_panics(free_twice, (void *)0));
	BOOT(small_machine);
	assert_true(host_panics(free_twice, (void *)4));
	BOOT(small_machine);
	assert_true(host_panics(put_once_too_often, NULL));
	BOOT(small_machine);
	assert_true(host_panics(free_kernel_image, NULL));
}

static void boot_tiny(void *unused)
{
	static const struct boot_mem_range map[] = { RANGE(0, 640, BOOT_MEM_FREE), RANGE(1024, 2048, BOOT_MEM_FREE),
		RANGE(2048, 16384, BOOT_MEM_ARCHIVE) };

	BOOT(map);
}

static void boot_nothing(void *unused)
{
	static const struct boot_mem_range map[] = { RANGE(0, 640, BOOT_MEM_FREE), RANGE(1024, 16384, BOOT_MEM_KERNEL) };

	BOOT(map);
}

static void test_too_little_memory(void **unused)
{
	assert_true(host_panics(boot_tiny, NULL));
	assert_non_null(strstr(host_panic_message, "too little memory"));
	assert_true(host_panics(boot_nothing, NULL));
	assert_non_null(strstr(host_panic_message, "too little memory"));
}

/* 16 MiB, as much as the smallest machine has, and its page array. */
static void test_smallest_machine(void **unused)
{
	static const struct boot_mem_range map[] = { RANGE(0, 640, BOOT_MEM_FREE), RANGE(1024, 3072, BOOT_MEM_KERNEL),
		RANGE(3072, 7168, BOOT_MEM_ARCHIVE), RANGE(7168, 16384, BOOT_MEM_FREE) };

	BOOT(map);
	assert_in_range(free_frames(), 9216 / 4 - 40, 9216 / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_small),
		cmocka_unit_test(test_archive_and_loader_come_free),
		cmocka_unit_test(test_low_frames),
		cmocka_unit_test(test_boot_sparse),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_misuse_panics),
		cmocka_unit_test(test_too_little_memory),
		cmocka_unit_test(test_smallest_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
