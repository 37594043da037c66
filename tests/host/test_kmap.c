/* sources: kernel/mm/kmap.c kernel/mm/kstack.c kernel/mm/slab.c kernel/mm/kmalloc.c kernel/mm/frame.c kernel/mm/frame_boot.c kernel/lib/tree.c kernel/lib/string.c tests/support/host.c */
/*
 * The kernel map over a reservation of this process's addresses: mapping a page makes it accessible here, so guard pages
 * guard. The page-table operations keep books: nothing is mapped twice, nothing unmapped twice, addresses are flushed
 * before they are used again, and a failure in the middle of a mapping leaves nothing behind.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "arch/arch.h"
#include "fake_memory.h"
#include "host.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/slab.h"

#define MAP_PAGES 4096u

u64 host_kmap_base, host_kmap_size = MAP_PAGES * PAGE_SIZE;

enum page_state { CLEAN, MAPPED, STALE };
static u8 pages[MAP_PAGES];	/* enum page_state */
static u64 mapped_to[MAP_PAGES];
static unsigned mapped_count;
static int fail_after = -1;	/* mappings until one fails; -1: never */

static u64 index_of(u64 vaddr)
{
	assert_in_range(vaddr, host_kmap_base, host_kmap_base + host_kmap_size - 1);
	return (vaddr - host_kmap_base) / PAGE_SIZE;
}

int arch_kmap_page(u64 vaddr, paddr p, bool writable, enum kmap_cache cache)
{
	u64 i = index_of(vaddr);

	assert_int_equal(host_locks_held(), 0);
	assert_int_equal(pages[i], CLEAN);
	if (fail_after == 0)
		return -ENOMEM;
	if (fail_after > 0)
		fail_after--;
	pages[i] = MAPPED;
	mapped_to[i] = p.v;
	mapped_count++;
	assert_int_equal(mprotect((void *)vaddr, PAGE_SIZE, PROT_READ | PROT_WRITE), 0);
	return 0;
}

void arch_kunmap_page(u64 vaddr)
{
	u64 i = index_of(vaddr);

	assert_int_equal(pages[i], MAPPED);
	pages[i] = STALE;
	mapped_count--;
	memset((void *)vaddr, 0, PAGE_SIZE);	/* what comes here next is another frame, and it is clear */
	assert_int_equal(mprotect((void *)vaddr, PAGE_SIZE, PROT_NONE), 0);
}

void arch_kmap_prepare(u64 base, u64 size)
{
	assert_int_equal(base, host_kmap_base);
	assert_int_equal(size, host_kmap_size);
}

void arch_tlb_flush_kernel(u64 start, u64 end)
{
	assert_int_equal(host_locks_held(), 0);
	assert_true(arch_irqs_enabled());
	for (u64 at = start; at < end; at += PAGE_SIZE)
		if (pages[index_of(at)] == STALE)
			pages[index_of(at)] = CLEAN;
}

static u64 free_frames(void)
{
	struct frame_stats stats;

	slab_drain();
	frame_stats(&stats);
	return stats.free;
}

static int boot(void **unused)
{
	static const struct boot_mem_range map[] = { { 0, KIB(640), BOOT_MEM_FREE, 0 }, { MIB(1), MIB(31), BOOT_MEM_FREE, 0 } };
	void *p = mmap(NULL, host_kmap_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	host_kmap_base = (u64)p;
	fake_memory_boot(map, ARRAY_SIZE(map));
	slab_init();
	kmap_init();
	return 0;
}

static bool accessible(const void *p)
{
	return pages[index_of((u64)p)] == MAPPED;
}

static void test_alloc(void **unused)
{
	u64 frames = free_frames();
	char *p = kmap_alloc(3 * PAGE_SIZE - 5), *q = kmap_alloc(1);

	assert_true(IS_ALIGNED((u64)p, PAGE_SIZE) && IS_ALIGNED((u64)q, PAGE_SIZE));
	assert_false(accessible(p - 1));
	assert_true(accessible(p + 3 * PAGE_SIZE - 1));
	assert_false(accessible(p + 3 * PAGE_SIZE));
	assert_false(accessible(q - 1));
	assert_false(accessible(q + PAGE_SIZE));
	for (u64 i = 0; i < 3 * PAGE_SIZE; i++)
		assert_int_equal(p[i], 0);
	memset(p, 1, 3 * PAGE_SIZE);
	kmap_free(p, 3 * PAGE_SIZE - 5);
	kmap_free(q, 1);
	kmap_free(NULL, 5);
	assert_null(kmap_alloc(0));
	assert_null(kmap_alloc(SIZE_MAX));
	assert_null(kmap_alloc(host_kmap_size));
	assert_int_equal(mapped_count, 0);
	assert_int_equal(free_frames(), frames);
}

static void test_io(void **unused)
{
	char *p = kmap_io(PADDR(0xfed00123), 0x1f00, KMAP_UNCACHED);

	assert_int_equal((u64)p & PAGE_MASK, 0x123);
	assert_int_equal(mapped_to[index_of((u64)p)], 0xfed00000);
	assert_int_equal(mapped_to[index_of((u64)p + PAGE_SIZE)], 0xfed01000);
	assert_int_equal(mapped_to[index_of((u64)p + 0x1eff)], 0xfed02000);
	assert_int_equal(mapped_count, 3);
	kunmap_io(p, 0x1f00);
	assert_int_equal(mapped_count, 0);
}

static void test_failure_leaves_nothing(void **unused)
{
	u64 frames = free_frames();

	for (int good = 0; good < 5; good++) {
		fail_after = good;
		assert_null(kmap_alloc(5 * PAGE_SIZE));
		fail_after = good;
		assert_null(kmap_io(PADDR(GIB(3)), 5 * PAGE_SIZE, KMAP_UNCACHED));
		assert_int_equal(mapped_count, 0);
	}
	fail_after = -1;
	assert_int_equal(free_frames(), frames);
}

static void test_out_of_frames(void **unused)
{
	struct list taken = LIST_INIT(taken);
	struct page *p;

	for (int i = 0; (p = page_alloc(0, 0)); i++)
		list_add(&taken, &p->list);
	for (int i = 0; i < 2; i++) {
		p = list_first(&taken, struct page, list);
		list_del(&p->list);
		page_put(p);
	}
	assert_null(kmap_alloc(10 * PAGE_SIZE));
	assert_int_equal(mapped_count, 0);
	while (!list_empty(&taken)) {
		p = list_first(&taken, struct page, list);
		list_del(&p->list);
		page_put(p);
	}
}

struct mapping {
	u64 *p;
	size_t size;
	bool io;
};

static void test_random(void **unused)
{
	static struct mapping table[300];
	u64 state = host_seed(), frames = free_frames();

	for (unsigned step = 0; step < 10000; step++) {
		struct mapping *m = &table[host_random(&state) % ARRAY_SIZE(table)];

		if (m->p && m->io) {
			kunmap_io(m->p, m->size);
			m->p = NULL;
		} else if (m->p) {
			assert_true(*m->p == (u64)m);
			kmap_free(m->p, m->size);
			m->p = NULL;
		} else {
			m->io = host_random(&state) % 2;
			m->size = 1 + host_random(&state) % (30 * PAGE_SIZE);
			m->p = m->io ? kmap_io(PADDR(GIB(1)), m->size, KMAP_CACHED) : kmap_alloc(m->size);
			if (m->p)
				*m->p = (u64)m;
		}
	}
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].p && table[i].io)
			kunmap_io(table[i].p, table[i].size);
		else if (table[i].p)
			kmap_free(table[i].p, table[i].size);
	}
	assert_int_equal(mapped_count, 0);
	assert_int_equal(free_frames(), frames);
	table[0].p = kmap_io(PADDR(0), host_kmap_size - 2 * PAGE_SIZE, KMAP_CACHED);	/* all in one piece again */
	assert_non_null(table[0].p);
	kunmap_io(table[0].p, host_kmap_size - 2 * PAGE_SIZE);
}

static void test_stacks(void **unused)
{
	void *stacks[40];
	unsigned mapped;
	u64 frames = free_frames();

	for (unsigned i = 0; i < ARRAY_SIZE(stacks); i++) {
		stacks[i] = kstack_alloc();
		assert_non_null(stacks[i]);
		assert_false(accessible((char *)stacks[i] - 1));
		memset(stacks[i], 0xee, KERNEL_STACK_SIZE);
	}
	mapped = mapped_count;
	for (unsigned round = 0; round < 3; round++) {
		host_cpu = round;
		for (unsigned i = 0; i < ARRAY_SIZE(stacks); i++)
			kstack_free(stacks[i]);
		if (round == 2)
			break;
		for (unsigned i = 0; i < ARRAY_SIZE(stacks); i++)
			stacks[i] = kstack_alloc();
	}
	assert_in_range(mapped_count, mapped, mapped + 2 * 8 * (KERNEL_STACK_SIZE + KERNEL_STACK_EXTRA) / PAGE_SIZE);
	host_cpu = 0;
	kstack_drain();
	assert_int_equal(mapped_count, 0);
	assert_in_range(free_frames(), frames - 2, frames);	/* two more CPUs have their magazines */
}

static void free_with_wrong_size(void *unused)
{
	kmap_free(kmap_alloc(2 * PAGE_SIZE), PAGE_SIZE);
}

static void free_twice(void *unused)
{
	void *p = kmap_alloc(PAGE_SIZE);

	kmap_free(p, PAGE_SIZE);
	kmap_free(p, PAGE_SIZE);
}

static void test_misuse_panics(void **unused)
{
	assert_true(host_panics(free_twice, NULL));
	assert_true(host_panics(free_with_wrong_size, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),	      cmocka_unit_test(test_io),     cmocka_unit_test(test_failure_leaves_nothing),
		cmocka_unit_test(test_out_of_frames), cmocka_unit_test(test_random), cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_misuse_panics),
	};

	return cmocka_run_group_tests(tests, boot, NULL);
}
