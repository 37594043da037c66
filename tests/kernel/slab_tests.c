/* Slabs and kmalloc inside the kernel, on all CPUs, with objects that one CPU allocates and another frees. */
#include "arch/arch.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/task.h"
#include "tests/kernel/selftest.h"

SELFTEST(kmalloc_ladder)
{
	for (size_t size = 1; size <= MIB(1); size = size * 5 / 4 + 1) {
		u8 *p = kmalloc(size), *q = kzalloc(size);
		bool zero = true;

		if (!EXPECT(p && q))
			return;
		EXPECT(IS_ALIGNED((u64)p, size >= PAGE_SIZE ? PAGE_SIZE : size >= 64 ? 64 : 8));
		memset(p, 0xff, size);
		for (size_t i = 0; i < size; i++)
			zero &= q[i] == 0;
		EXPECT(zero);
		kfree(p);
		kfree(q);
	}
	EXPECT(!kmalloc(MIB(4) + 1));
	EXPECT(!kmalloc_array(1ull << 40, 1ull << 40));
}

#define SLOTS 256

/* An object begins with its size and a check word that follows from both. */
struct stamped {
	u64 size;
	u64 check;
};

static u64 check_of(const struct stamped *s)
{
	return (u64)s ^ s->size * 0x9e3779b97f4a7c15ull;
}

static void release(struct stamped *s)
{
	if (!s)
		return;
	EXPECT(s->check == check_of(s));
	s->check = 0;
	kfree(s);
}

/* Every task puts objects into slots that all share and frees what it finds there. */
static void exchange_objects(void *arg, unsigned index)
{
	atomic64 *slots = arg;

	for (unsigned step = 0; step < 20000; step++) {
		size_t size = sizeof(struct stamped) + selftest_random() % 1000;
		struct stamped *s = kmalloc(size);

		if (s) {
			s->size = size;
			s->check = check_of(s);
		}
		release((struct stamped *)atomic_xchg(&slots[selftest_random() % SLOTS], (i64)s));
		preempt_point();
	}
}

SELFTEST(kmalloc_exchange_between_cpus)
{
	atomic64 *slots = kzalloc(SLOTS * sizeof(*slots));

	if (!EXPECT(slots))
		return;
	selftest_parallel(2 * cpu_count, exchange_objects, slots);
	for (unsigned i = 0; i < SLOTS; i++)
		release((struct stamped *)atomic_read(&slots[i]));
	kfree(slots);
}

SELFTEST(slab_accounting)
{
	u64 held, used_before, used_with, used_after;
	void *p;

	slab_stats(&held, &used_before);
	p = kmalloc(2048);
	slab_stats(&held, &used_with);
	kfree(p);
	slab_stats(&held, &used_after);
	EXPECT(used_with >= 2048);
	EXPECT(held >= used_after);
}
