/*
 * The dispatch table of both entries, from abi/syscalls.def. entry.S calls through it; a hole answers ENOSYS and says
 * so once for each program and number in the log.
 */
#include "arch/x86_64/regs.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/log.h"
#include "sched/process.h"
#include "sched/task.h"

#define SYSCALL_LIMIT 512

extern void *const syscall_table[SYSCALL_LIMIT];
extern const u64 syscall_table_size;

static long syscall_hole(void)
{
	struct regs *regs = arch_task_regs(current);

	if (current->syscall_nr != (unsigned)regs->orig_rax) {
		current->syscall_nr = (unsigned)regs->orig_rax;
		log_info("syscall", "%s[%d] called number %u, which does not exist", current->name, current->tid,
			 (unsigned)regs->orig_rax);
	}
	return -ENOSYS;
}

long syscall_unknown(struct regs *regs);
long syscall_unknown(struct regs *regs)
{
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

const u64 syscall_table_size = SYSCALL_LIMIT;
