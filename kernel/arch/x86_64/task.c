/*
 * A task's machine side: new stacks, the switch between two tasks, and the segment bases of ring 3. Everything here runs
 * with interrupts off or on the current task alone.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/paging.h"
#include "lib/string.h"
#include "sched/rseq.h"
#include "sched/task.h"
#include "trace/call_ring.h"

/* What entry.S counts on. */
_Static_assert(offsetof(struct task, arch.stack_top) == 8, "TASK_STACK_TOP");
_Static_assert(offsetof(struct task, work) == 48, "TASK_WORK");
_Static_assert(offsetof(struct regs, orig_rax) == 120, "R_ORIG");
_Static_assert(sizeof(struct regs) == 168, "R_SIZE");
_Static_assert(offsetof(struct call_ring, limit) == 4 && offsetof(struct call_ring, records) == 16, "RING_");
_Static_assert(offsetof(struct call_record, result) == 56, "RECORD_RESULT");

/* The ring's first words are on the stack's last page, so that its records end with the page above it. */
#define RING_HEAD offsetof(struct call_ring, records)
_Static_assert(sizeof(struct call_ring) - RING_HEAD <= KERNEL_STACK_EXTRA, "the ring has room above the stack");

/* switch_stacks pops r15, r14, r13, r12, rbx, rbp, then returns to `rip`. */
struct switch_frame {
	u64 r15, r14, r13, r12, rbx, rbp, rip;
};

static u64 stack_top(const struct task *t)
{
	return (u64)t->kernel_stack + KERNEL_STACK_SIZE - RING_HEAD;
}

void arch_task_init_kernel(struct task *t, void (*entry)(void *), void *arg)
{
	struct switch_frame *frame = (struct switch_frame *)stack_top(t) - 1;

	*frame = (struct switch_frame){ .r12 = (u64)entry, .r13 = (u64)arg, .rip = (u64)kernel_task_start };
	t->arch.rsp = (u64)frame;
	t->arch.stack_top = stack_top(t);
}

struct regs *arch_task_regs(struct task *t)
{
	return (struct regs *)t->arch.stack_top - 1;
}

bool arch_task_in_call(struct task *t)
{
	return (i64)arch_task_regs(t)->orig_rax != -1;
}

void arch_start_program(struct regs *regs, u64 entry, u64 stack)
{
	*regs = (struct regs){
		.rip = entry,
		.rsp = stack,
		.cs = USER_CS,
		.ss = USER_DS,
		.rflags = RFLAGS_IF | 2,
		.orig_rax = (u64)-1,
	};
	arch_set_fs_base(0);
	arch_set_gs_base(0);
	fpu_init_state(current->arch.fpu);
	fpu_invalidate_current();
}

static u64 read_fs_base(void)
{
	u64 v;

	if (!cpu_features.fsgsbase)
		return rdmsr(MSR_FS_BASE);
	__asm__ volatile("rdfsbase %0" : "=r"(v));
	return v;
}

static void write_fs_base(u64 v)
{
	if (cpu_features.fsgsbase)
		__asm__ volatile("wrfsbase %0" : : "r"(v));
	else
		wrmsr(MSR_FS_BASE, v);
}

u64 arch_get_fs_base(void) { return read_fs_base(); }
u64 arch_get_gs_base(void) { return rdmsr(MSR_KERNEL_GS_BASE); }

void arch_set_fs_base(u64 v)
{
	current->arch.fs_base = v;
	write_fs_base(v);
}

void arch_set_gs_base(u64 v)
{
	current->arch.gs_base = v;
	wrmsr(MSR_KERNEL_GS_BASE, v);
}

void arch_task_init_user(struct task *t, const struct regs *from, u64 user_stack)
{
	struct switch_frame *frame;
	struct regs *regs;

	t->arch.stack_top = stack_top(t);
	call_ring_init(call_ring_of(t));
	regs = arch_task_regs(t);
	*regs = *from;
	regs->rax = 0;
	if (user_stack)
		regs->rsp = user_stack;
	frame = (struct switch_frame *)regs - 1;
	*frame = (struct switch_frame){ .rip = (u64)user_task_start };
	t->arch.rsp = (u64)frame;
	t->arch.fs_base = arch_get_fs_base();
	t->arch.gs_base = arch_get_gs_base();
}

/*
 * Ring 3 can write its bases itself only with FSGSBASE; otherwise the last arch_prctl's value stands. GS is the swapped
 * one while the kernel runs, so it is an MSR access: skipped for the usual program, which never set it.
 */
static void save_bases(struct task *t)
{
	if (!cpu_features.fsgsbase)
		return;
	t->arch.fs_base = read_fs_base();
	t->arch.gs_base = rdmsr(MSR_KERNEL_GS_BASE);
}

static void load_bases(const struct task *t)
{
	write_fs_base(t->arch.fs_base);
	wrmsr(MSR_KERNEL_GS_BASE, t->arch.gs_base);
}

void arch_switch_mm(struct mm *next)
{
	irqstate s = arch_irq_save();

	paging_switch(next);
	arch_irq_restore(s);
}

void arch_switch(struct task *prev, struct task *next)
{
	struct cpu *cpu = this_cpu();

	if (prev->process) {
		fpu_switch_out(prev);
		save_bases(prev);
	}
	paging_switch(next->mm);
	cpu->head.current_task = next;
	cpu->tss.rsp[0] = next->arch.stack_top;
	if (next->process) {
		fpu_switch_in(next);
		load_bases(next);
		rseq_switch_in(next);
	}
	switch_stacks(&prev->arch.rsp, next->arch.rsp);
}
