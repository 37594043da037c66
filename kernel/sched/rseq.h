/*
 * Restartable sequences (rseq(2)): a block of the program's memory in which the kernel keeps the number of the CPU that
 * the thread runs on, and critical sections in ring 3 that are thrown back to their start when the thread is
 * interrupted by another one or by a signal.
 *
 *  - The fields of a registration belong to the thread ([T]); only the context switch and an IPI look at them as well,
 *    with interrupts off on the thread's own CPU.
 *  - WORK_RSEQ asks for a look at the block on the way to ring 3. A thread that was not interrupted never sees it set.
 */
#ifndef SCHED_RSEQ_H
#define SCHED_RSEQ_H

#include "arch/arch.h"
#include "lib/atomic.h"
#include "sched/task.h"

#define RSEQ_FEATURE_SIZE 28	/* AT_RSEQ_FEATURE_SIZE: bytes up to and with mm_cid */
#define RSEQ_ALIGN        32	/* AT_RSEQ_ALIGN */

/* rseq(2): 0, -EINVAL (flags, size, alignment, another block), -EPERM (signature), -EBUSY (is registered), -EFAULT. */
int rseq_register(uaddr block, u32 size, u32 signature);
int rseq_unregister(uaddr block, u32 size, u32 signature);

/* The current thread is about to run a handler: abort the section that regs are in. 0 or -EFAULT. May sleep. */
int rseq_signal(struct regs *regs);

/* On the way to ring 3 with WORK_RSEQ set, interrupts on: abort and bring the block up to date. A bad block is a SIGSEGV. */
void rseq_work(struct regs *regs);

/* The address space is left: nothing is registered any more. */
static inline void rseq_forget(void) { current->rseq = 0; }

/* For clone(2): a thread of the same memory registers its own block, a copy of the memory holds a copy of the block. */
static inline void rseq_clone(struct task *child, bool shares_memory)
{
	child->rseq = shares_memory ? 0 : current->rseq;
	child->rseq_size = current->rseq_size;
	child->rseq_signature = current->rseq_signature;
	child->rseq_cpu = current->rseq_cpu;
}

/*
 * The current CPU goes over to `next`, interrupts off. A thread that gave its CPU away inside a call is in no section
 * (calls are not allowed there), so it has work only when it comes back elsewhere.
 */
static inline void rseq_switch_in(struct task *next)
{
	if (next->rseq != 0 && (next->rseq_cpu != arch_cpu_id() || !arch_task_in_call(next)))
		atomic_or(&next->work, WORK_RSEQ);
}

#endif
