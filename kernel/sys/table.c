/*
 * The dispatch table of both entries, from abi/syscalls.def, and the slow way to it. entry.S calls through the table; a hole
 * answers ENOSYS and says so once for each program and number in the log. Task context.
 */
#include "sys/table.h"
#include "arch/x86_64/regs.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/process.h"
#include "sched/task.h"
#include "trace/call_ring.h"
#include "trace/trace.h"
#include "trace/unimplemented.h"

typedef long (*syscall_fn)(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);

extern void *const syscall_table[SYSCALL_LIMIT];

static long syscall_hole(void)
{
	report_unimplemented_call((u32)arch_task_regs(current)->orig_rax);
	return -ENOSYS;
}

#define SYSCALL_ENTRY(name) (void *)sys_##name

void *const syscall_table[SYSCALL_LIMIT] = {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
	[0 ... SYSCALL_LIMIT - 1] = (void *)syscall_hole,
#include "gen/syscalls_table.inc"
#pragma clang diagnostic pop
};

static long dispatch(const struct regs *r)
{
	u32 number = (u32)r->orig_rax;
	syscall_fn fn = number < SYSCALL_LIMIT ? (syscall_fn)syscall_table[number] : (syscall_fn)(void *)syscall_hole;

	return fn(r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9);
}

/* The tracer may have changed number and arguments at the first stop (a negative number: no call), and the result at the second. */
long syscall_slow(struct regs *regs)
{
	struct call_record *record = call_ring_begin((u32)regs->orig_rax, regs);
	u64 number;

	regs->rax = (u64)-ENOSYS;	/* what a negative number gets, whether the program or its tracer chose it */
	if (unlikely(READ_ONCE(current->trace)))
		trace_call_begins(regs);
	number = regs->orig_rax;
	if ((i64)number >= 0)
		regs->rax = (u64)dispatch(regs);
	record->result = (i64)regs->rax;
	if (unlikely(READ_ONCE(current->trace)))
		trace_call_ends(regs, number);
	return (long)regs->rax;
}
