/* The kernel map on real page tables: contents, reuse of addresses on all CPUs (which needs their TLBs flushed), stacks. */
#include "arch/arch.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/kmap.h"
#include "sched/task.h"
#include "tests/kernel/selftest.h"

SELFTEST(kmap_alloc)
{
	u64 *p = kmap_alloc(5 * PAGE_SIZE);
	bool zero = true;

	if (!EXPECT(p))
		return;
	EXPECT((u64)p > KMAP_BASE && (u64)p < KMAP_BASE + KMAP_SIZE);
	for (u64 i = 0; i < 5 * PAGE_SIZE / 8; i++) {
		zero &= p[i] == 0;
		p[i] = i;
	}
	EXPECT(zero);
	for (u64 i = 0; i < 5 * PAGE_SIZE / 8; i++)
		zero &= p[i] == i;
	EXPECT(zero);
	kmap_free(p, 5 * PAGE_SIZE);
	EXPECT(!kmap_alloc(0));
	EXPECT(!kmap_alloc(KMAP_SIZE));
}

/* The same frame through the direct map and through a device mapping. */
SELFTEST(kmap_io_aliases_the_frame)
{
	struct page *frame = page_alloc(1, ALLOC_ZERO);
	u32 *direct, *mapped;

	if (!EXPECT(frame))
		return;
	direct = page_to_virt(frame);
	mapped = kmap_io(PADDR(page_to_phys(frame).v + PAGE_SIZE - 8), 16, KMAP_CACHED);
	if (EXPECT(mapped)) {
		for (u32 i = 0; i < 4; i++)
			mapped[i] = i + 1;
		for (u32 i = 0; i < 4; i++)
			EXPECT(direct[(PAGE_SIZE - 8) / 4 + i] == i + 1);
		kunmap_io(mapped, 16);
	}
	page_put(frame);
}

/* Addresses change hands between CPUs all the time: a stale translation would show another task's stamp. */
static void reuse_addresses(void *arg, unsigned index)
{
	for (unsigned step = 0; step < 60; step++) {
		u64 size = (1 + selftest_random() % 3) * PAGE_SIZE;
		u64 *p = kmap_alloc(size);

		if (!EXPECT(p))
			return;
		for (u64 i = 0; i < size / 8; i += 64) {
			EXPECT(p[i] == 0);
			p[i] = index + 1;
		}
		sched_yield();
		for (u64 i = 0; i < size / 8; i += 64)
			EXPECT(p[i] == index + 1);
		kmap_free(p, size);
	}
}

SELFTEST(kmap_parallel)
{
	selftest_parallel(2 * cpu_count, reuse_addresses, NULL);
}

SELFTEST(kstack_reuse)
{
	void *stacks[20];

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < ARRAY_SIZE(stacks); i++) {
			stacks[i] = kstack_alloc();
			if (!EXPECT(stacks[i]))
				return;
			memset(stacks[i], (int)i, KERNEL_STACK_SIZE);
		}
		for (unsigned i = 0; i < ARRAY_SIZE(stacks); i++) {
			EXPECT(((u8 *)stacks[i])[KERNEL_STACK_SIZE - 1] == i);
			kstack_free(stacks[i]);
		}
	}
}
