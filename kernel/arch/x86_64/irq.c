/* Vectors of devices: a table of handlers, filled once each and never emptied, so that an interrupt reads it without a lock. */
#include "arch/x86_64/irq.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "lib/error.h"
#include "lib/log.h"
#include "sched/task.h"
#include "sched/timer.h"
#include "trace/profile.h"

struct vector_slot {
	irq_handler fn;			/* [I once set] */
	void *arg;
};

static struct vector_slot slots[VECTOR_DEVICE_LAST - VECTOR_DEVICE_FIRST + 1];	/* [lock] to fill */
static struct spinlock slots_lock = SPINLOCK_INIT("irq vectors", RANK_DEVICE);

int irq_allocate_vector(irq_handler fn, void *arg)
{
	irqstate s = spin_lock_irqsave(&slots_lock);
	int vector = -ENOSPC;

	for (unsigned i = 0; i < ARRAY_SIZE(slots); i++) {
		if (slots[i].fn || VECTOR_DEVICE_FIRST + i == VECTOR_SYSCALL)
			continue;
		slots[i].arg = arg;
		__atomic_store_n(&slots[i].fn, fn, __ATOMIC_RELEASE);
		vector = (int)(VECTOR_DEVICE_FIRST + i);
		break;
	}
	spin_unlock_irqrestore(&slots_lock, s);
	return vector;
}

int arch_irq_request_msi(unsigned cpu, irq_handler fn, void *arg, u64 *address, u32 *data)
{
	int vector;

	if (cpu >= cpu_count || cpus[cpu]->apic_id > 0xff)
		cpu = 0;	/* the message has eight bits for its destination */
	vector = irq_allocate_vector(fn, arg);
	if (vector < 0)
		return vector;
	/* SDM 3A, 11.11: physical destination, edge, fixed. */
	*address = 0xfee00000ull | (u64)cpus[cpu]->apic_id << 12;
	*data = (u32)vector;
	return 0;
}

static void device_interrupt(unsigned vector)
{
	struct vector_slot *slot = &slots[vector - VECTOR_DEVICE_FIRST];
	irq_handler fn = __atomic_load_n(&slot->fn, __ATOMIC_ACQUIRE);

	if (fn)
		fn(slot->arg);
	apic_eoi();
}

static void tick(const struct regs *r)
{
	u64 now = clock_now();

	sched_tick(now, REGS_FROM_USER(r));
	profile_tick(r->rip, REGS_FROM_USER(r), now);
}

void irq_dispatch(unsigned vector, struct regs *r)
{
	this_cpu()->interrupts++;
	switch (vector) {
	case VECTOR_TIMER:
		apic_eoi();
		timer_interrupt();
		tick(r);
		break;
	case VECTOR_RESCHEDULE:
		apic_eoi();
		break;		/* its work is done on the way out: to ring 3, or out of idle's HLT */
	case VECTOR_TLB:
		apic_eoi();
		tlb_shootdown_interrupt();
		break;
	case VECTOR_SPURIOUS:
		break;
	default:
		if (vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST)
			device_interrupt(vector);
		else
			log_warn("irq", "unexpected interrupt vector %#x", vector);
	}
}
