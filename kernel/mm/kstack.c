/*
 * Kernel stacks. A freed stack stays mapped: first on a short list of the CPU that freed it, beyond that on a list for
 * all CPUs, linked through its first word; so a fork costs no page-table work, and a task may be freed where unmapping
 * is not possible. kstack_drain() unmaps them when memory is wanted.
 *
 * Each list has a lock, taken with interrupts off; two are never held together. kstack_free may be called from
 * any context, the others from tasks with interrupts on.
 */
#include "arch/arch.h"
#include "lib/assert.h"
#include "mm/frame.h"
#include "mm/kmap.h"
#include "sched/lock.h"

#define CPU_STACKS 8		/* kept by a CPU for itself */

/* Free stacks; each one's first word is the next one. [l] this struct's lock. */
struct stack_list {
	struct spinlock lock;
	void *head;		/* [l] */
	u32 count;		/* [l] */
} __aligned(CACHE_LINE);

static struct stack_list cpu_stacks[MAX_CPUS];
static struct stack_list shared_stacks;

static void *pop_stack(struct stack_list *l)
{
	irqstate s = spin_lock_irqsave(&l->lock);
	void *stack = l->head;

	if (stack) {
		l->head = *(void **)stack;
		l->count--;
	}
	spin_unlock_irqrestore(&l->lock, s);
	return stack;
}

/* False when the list has `max` stacks already. */
static bool push_stack(struct stack_list *l, void *stack, u32 max)
{
	irqstate s = spin_lock_irqsave(&l->lock);
	bool room = l->count < max;

	ASSERT(l->head != stack);	/* freed twice */
	if (room) {
		*(void **)stack = l->head;
		l->head = stack;
		l->count++;
	}
	spin_unlock_irqrestore(&l->lock, s);
	return room;
}

void *kstack_alloc(void)
{
	void *stack = pop_stack(&cpu_stacks[arch_cpu_id()]);

	if (!stack)
		stack = pop_stack(&shared_stacks);
	return stack ? stack : kmap_alloc(KERNEL_STACK_SIZE + KERNEL_STACK_EXTRA);
}

void kstack_free(void *stack)
{
	if (!push_stack(&cpu_stacks[arch_cpu_id()], stack, CPU_STACKS))
		(void)push_stack(&shared_stacks, stack, UINT32_MAX);
}

static void unmap_stacks(struct stack_list *l)
{
	void *stack;

	while ((stack = pop_stack(l)))
		kmap_free(stack, KERNEL_STACK_SIZE + KERNEL_STACK_EXTRA);
}

void kstack_drain(void)
{
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
		if (READ_ONCE(cpu_stacks[cpu].count) > 0)
			unmap_stacks(&cpu_stacks[cpu]);
	unmap_stacks(&shared_stacks);
}

void kstack_init(void)
{
	spin_init(&shared_stacks.lock, "kstacks", RANK_KMAP);
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
		spin_init(&cpu_stacks[cpu].lock, "cpu_kstacks", RANK_KMAP);
}
