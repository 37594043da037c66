/*
 * Translation caches. A CPU that may hold translations of an address space has its bit in mm->cpus; the bit is set
 * before the table is loaded and cleared after another one was.
 *
 *	CPU that changes an entry              CPU that loads the table
 *	A: writes the entry                    C: sets its bit in mm->cpus
 *	   (full barrier)                         (full barrier)
 *	B: reads mm->cpus, interrupts them     D: loads CR3, walks the tables
 *
 * If B misses the bit then B came before C, so A came before D and the walk sees the new entry.
 *
 * A CPU that runs no task of the address space that it has loaded, an idle one above all, is lazy: it uses none of those
 * translations before it runs such a task again. So it is not interrupted, but told to forget them by then:
 *
 *	CPU that changes an entry              lazy CPU that comes back
 *	A: writes the entry                    C: state = ACTIVE by an exchange (full barrier);
 *	   (full barrier)                         was it STALE? then it loads CR3 again
 *	B: state LAZY? then STALE instead,     D: walks the tables
 *	   otherwise interrupts it
 *
 * If B comes before C then C finds STALE; otherwise B finds ACTIVE. A processor may look at the tables at any time, though:
 * before one of them is freed, lazy CPUs are interrupted as well and load the kernel's.
 *
 * One shoot-down runs at a time (tlb_lock, RANK_TLB, taken with interrupts on so that a waiting CPU answers another's).
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/irq.h"
#include "arch/x86_64/paging.h"
#include "lib/assert.h"
#include "mm/aspace.h"
#include "sched/task.h"

#define FLUSH_ALL_ABOVE 24		/* pages: more are cheaper by a CR3 write */

enum { TLB_ACTIVE, TLB_LAZY, TLB_STALE };	/* struct cpu's tlb_state */

static struct spinlock tlb_lock = SPINLOCK_INIT("tlb", RANK_TLB);
static struct {
	enum request_kind { FLUSH, TABLES, DETACH, BARRIER, RESTART } kind;
	struct mm *mm;			/* NULL: the kernel's half */
	u64 start, end;			/* of FLUSH and TABLES */
	atomic32 waiting;		/* [a] CPUs that have not answered */
} request;				/* [tlb_lock], read by the interrupted */

static void flush_local(u64 start, u64 end)
{
	if ((end - start) >> PAGE_SHIFT > FLUSH_ALL_ABOVE) {
		irqstate s = arch_irq_save();	/* a shoot-down in between may load another table */

		write_cr3(this_cpu()->page_table);
		arch_irq_restore(s);
		return;
	}
	for (u64 address = start; address < end; address += PAGE_SIZE)
		invlpg(address);
}

static void load_table(u64 table)
{
	this_cpu()->page_table = table;
	write_cr3(table);
}

static void set_cpu_bit(struct mm *mm, unsigned cpu, bool on)
{
	u64 bit = 1ull << (cpu & 63);

	if (on)
		__atomic_fetch_or(&mm->cpus[cpu >> 6], bit, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(&mm->cpus[cpu >> 6], ~bit, __ATOMIC_SEQ_CST);
}

/* Stop using an address space that this CPU has loaded but whose tasks it does not run. */
static void leave(struct mm *mm)
{
	load_table(kernel_page_table);
	this_cpu()->active_mm = NULL;
	set_cpu_bit(mm, arch_cpu_id(), false);
}

/* No task of the loaded address space runs here from now on; what they read and wrote comes before the store, as all does on x86. */
static void become_lazy(struct cpu *cpu)
{
	if (cpu->active_mm && READ_ONCE(cpu->tlb_state) == TLB_ACTIVE)
		WRITE_ONCE(cpu->tlb_state, TLB_LAZY);
}

/* True when translations changed meanwhile. */
static bool become_active(struct cpu *cpu)
{
	return READ_ONCE(cpu->tlb_state) != TLB_ACTIVE &&
	       __atomic_exchange_n(&cpu->tlb_state, TLB_ACTIVE, __ATOMIC_SEQ_CST) == TLB_STALE;
}

void paging_switch(struct mm *next)
{
	struct cpu *cpu = this_cpu();
	struct mm *old = cpu->active_mm;
	bool stale;

	if (!next) {
		become_lazy(cpu);
		return;
	}
	stale = become_active(cpu);	/* before its bit is set: C above */
	if (next == old) {
		if (stale)
			write_cr3(cpu->page_table);
		return;
	}
	set_cpu_bit(next, cpu->head.id, true);
	cpu->active_mm = next;
	load_table(next->page_table);
	if (old)
		set_cpu_bit(old, cpu->head.id, false);
}

void tlb_shootdown_interrupt(void)
{
	struct mm *mm = request.mm;

	if (request.kind == RESTART) {
		if (current->mm == mm && current->rseq != 0)
			atomic_or(&current->work, WORK_RSEQ);
	} else if (request.kind != BARRIER && !mm) {
		flush_local(request.start, request.end);
	} else if (request.kind != BARRIER && this_cpu()->active_mm == mm) {
		if (request.kind == DETACH || current->mm != mm)
			leave(mm);
		else
			flush_local(request.start, request.end);
	}
	atomic_dec(&request.waiting);
}

static bool uses(const struct mm *mm, unsigned cpu)
{
	return !mm || (__atomic_load_n(&mm->cpus[cpu >> 6], __ATOMIC_SEQ_CST) >> (cpu & 63) & 1);
}

/* May `cpu` stay uninterrupted, because it is lazy? Translations of the kernel's half are everybody's. */
static bool may_wait(enum request_kind kind, const struct mm *mm, unsigned cpu)
{
	u32 state = READ_ONCE(cpus[cpu]->tlb_state);

	if (!mm || kind == TABLES || kind == DETACH || state == TLB_ACTIVE)
		return false;
	if (kind == FLUSH && state == TLB_LAZY)
		return __atomic_compare_exchange_n(&cpus[cpu]->tlb_state, &state, TLB_STALE, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return true;
}

/* Interrupt every other CPU that may hold the translations (`only` not -1: that one alone) and wait until all have answered. */
static void shootdown(enum request_kind kind, struct mm *mm, u64 start, u64 end, int only)
{
	unsigned self = arch_cpu_id();

	spin_lock(&tlb_lock);
	request.kind = kind;
	request.mm = mm;
	request.start = start;
	request.end = end;
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		if (cpu == self || !uses(mm, cpu) || (only >= 0 && cpu != (unsigned)only) || may_wait(kind, mm, cpu))
			continue;
		atomic_inc(&request.waiting);
		apic_send_ipi(cpus[cpu]->apic_id, VECTOR_TLB);
	}
	while (atomic_read_acquire(&request.waiting) != 0)
		arch_pause();
	spin_unlock(&tlb_lock);
}

static bool others_use(const struct mm *mm)
{
	unsigned self = arch_cpu_id();

	for (unsigned word = 0; word < ARRAY_SIZE(mm->cpus); word++) {
		u64 bits = __atomic_load_n(&mm->cpus[word], __ATOMIC_SEQ_CST);

		if (word == self >> 6)
			bits &= ~(1ull << (self & 63));
		if (bits)
			return true;
	}
	return false;
}

static void flush_range(enum request_kind kind, struct mm *mm, u64 start, u64 end)
{
	smp_mb();
	if (this_cpu()->active_mm == mm)
		flush_local(start, end);
	if (others_use(mm)) {
		ASSERT(arch_irqs_enabled());
		shootdown(kind, mm, start, end, -1);
	}
}

void tlb_flush_range(struct mm *mm, u64 start, u64 end) { flush_range(FLUSH, mm, start, end); }
void tlb_flush_tables(struct mm *mm, u64 start, u64 end) { flush_range(TABLES, mm, start, end); }

void tlb_detach(struct mm *mm)
{
	irqstate s;

	if (others_use(mm))
		shootdown(DETACH, mm, 0, 0, -1);
	s = arch_irq_save();
	if (this_cpu()->active_mm == mm)
		leave(mm);
	arch_irq_restore(s);
}

/*
 * The first barrier orders what the caller did before against the look at mm->cpus, as in the drawing above: who is not
 * found there loads the table later, which is a barrier as well. Two threads of one address space in turn on a CPU leave
 * its bit set.
 */
void arch_membarrier(struct mm *mm, int cpu, bool restart)
{
	smp_mb();
	if (cpu_count > 1 && (!mm || others_use(mm)))
		shootdown(restart ? RESTART : BARRIER, mm, 0, 0, cpu);
	smp_mb();
}

void arch_tlb_flush_kernel(u64 start, u64 end)
{
	flush_local(start, end);
	if (cpu_count > 1)
		shootdown(FLUSH, NULL, start, end, -1);
}

void tlb_batch_init(struct tlb_batch *b, struct mm *mm)
{
	b->mm = mm;
	b->start = UINT64_MAX;
	b->end = 0;
	b->count = 0;
}

void tlb_batch_finish(struct tlb_batch *b)
{
	if (b->start < b->end)
		tlb_flush_range(b->mm, b->start, b->end);
	for (unsigned i = 0; i < b->count; i++)
		page_put(b->pages[i]);
	tlb_batch_init(b, b->mm);
}

void tlb_batch_add(struct tlb_batch *b, u64 address, struct page *page)
{
	b->start = MIN(b->start, address);
	b->end = MAX(b->end, address + PAGE_SIZE);
	if (!page)
		return;
	b->pages[b->count++] = page;
	if (b->count == TLB_BATCH_PAGES)
		tlb_batch_finish(b);
}
