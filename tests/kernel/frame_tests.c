/* The frame allocator inside the kernel: real memory, all CPUs at once, and a machine out of memory. */
#include "arch/arch.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "sched/task.h"
#include "tests/kernel/selftest.h"

static bool all_words(const u64 *p, u64 count, u64 value)
{
	for (u64 i = 0; i < count; i++)
		if (p[i] != value)
			return false;
	return true;
}

static void fill_words(u64 *p, u64 count, u64 value)
{
	for (u64 i = 0; i < count; i++)
		p[i] = value;
}

SELFTEST(frame_orders)
{
	for (unsigned order = 0; order <= 6; order++) {
		struct page *p = page_alloc(order, 0);
		u64 words = (PAGE_SIZE << order) / 8;

		if (!EXPECT(p))
			return;
		EXPECT(IS_ALIGNED(page_to_phys(p).v, PAGE_SIZE << order));
		EXPECT(phys_is_ram(page_to_phys(p)));
		EXPECT(virt_to_page(page_to_virt(p)) == p);
		fill_words(page_to_virt(p), words, ~0ull);
		page_put(p);
		p = page_alloc(order, ALLOC_ZERO);
		if (!EXPECT(p))
			return;
		EXPECT(all_words(page_to_virt(p), words, 0));
		page_get(p);
		page_put(p);
		EXPECT(atomic_read(&p->refs) == 1);
		page_put(p);
	}
}

#define HELD_FRAMES 100

/* Frames carry their holder's stamp while they are held: nobody else has them. */
static void hammer_frames(void *arg, unsigned index)
{
	struct page *held[HELD_FRAMES] = { NULL };
	u64 stamp = 0x1000 + index;

	for (unsigned step = 0; step < 20000; step++) {
		unsigned i = selftest_random() % HELD_FRAMES;

		if (held[i]) {
			EXPECT(all_words(page_to_virt(held[i]), 8, stamp));
			page_put(held[i]);
			held[i] = NULL;
		} else if ((held[i] = page_alloc(0, 0))) {
			fill_words(page_to_virt(held[i]), 8, stamp);
		}
		preempt_point();
	}
	for (unsigned i = 0; i < HELD_FRAMES; i++)
		if (held[i])
			page_put(held[i]);
}

SELFTEST(frame_parallel)
{
	selftest_parallel(2 * cpu_count, hammer_frames, NULL);
}

/* Take everything, see a refusal, give everything back. */
SELFTEST(frame_exhaustion)
{
	struct list taken = LIST_INIT(taken);
	struct frame_stats stats;
	struct page *p;

	for (int order = MAX_ORDER; order >= 0; order--)
		while ((p = page_alloc((unsigned)order, 0)))
			list_add(&taken, &p->list);
	frame_stats(&stats);
	EXPECT(stats.free < 64);	/* another CPU may have freed something meanwhile */
	while (!list_empty(&taken)) {
		p = list_first(&taken, struct page, list);
		list_del(&p->list);
		page_put(p);
	}
	p = page_alloc(4, 0);
	if (EXPECT(p))
		page_put(p);
}

SELFTEST(frame_reserved_and_holes)
{
	EXPECT(!phys_is_ram(PADDR(0xfee00000ul)));	/* the local APIC */
	EXPECT(!phys_is_ram(PADDR(1ul << 51)));
	EXPECT(phys_is_ram(virt_to_phys(page_array)));
	EXPECT(virt_to_page(page_array)->flags & PAGE_RESERVED);
}
