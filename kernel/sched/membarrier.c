/*
 * membarrier(2). What a process has registered for is a set of bits in its address space: mm->membarrier, atomic, copied
 * by fork, empty after exec. The barriers are interrupts to the CPUs that have the address space loaded; drawn in
 * arch/x86_64/tlb.c, whose rule for loading a table covers a CPU that begins to run a thread meanwhile.
 *
 * An interrupt serialises the processor, so the plain form and SYNC_CORE are one. GLOBAL_EXPEDITED may skip programs that
 * did not register; interrupting their CPUs as well is slower for them and right.
 */
#include "sched/membarrier.h"

#include "arch/arch.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "sched/task.h"

#define ALL_COMMANDS (2 * MEMBARRIER_GET_REGISTRATIONS - 1)

/* The bit of a registration is its command's. */
static int private_barrier(int registration, bool restart, int cpu)
{
	struct mm *mm = current->mm;

	if (!(atomic_read(&mm->membarrier) & registration))
		return -EPERM;
	if (cpu < (int)cpu_count)
		arch_membarrier(mm, cpu, restart);
	return 0;
}

int membarrier(int command, int cpu)
{
	switch (command) {
	case MEMBARRIER_QUERY:
		return ALL_COMMANDS;
	case MEMBARRIER_GLOBAL:
	case MEMBARRIER_GLOBAL_EXPEDITED:
		arch_membarrier(NULL, -1, false);
		return 0;
	case MEMBARRIER_REGISTER_GLOBAL_EXPEDITED:
	case MEMBARRIER_REGISTER_PRIVATE_EXPEDITED:
	case MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
	case MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_RSEQ:
		atomic_or(&current->mm->membarrier, command);
		return 0;
	case MEMBARRIER_PRIVATE_EXPEDITED:
		return private_barrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED, false, cpu);
	case MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE:
		return private_barrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, false, cpu);
	case MEMBARRIER_PRIVATE_EXPEDITED_RSEQ:
		return private_barrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_RSEQ, true, cpu);
	case MEMBARRIER_GET_REGISTRATIONS:
		return atomic_read(&current->mm->membarrier);
	default:
		return -EINVAL;
	}
}
