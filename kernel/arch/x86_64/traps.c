/*
 * What the processor reports: exceptions become signals of the program or a repaired user copy; anything else in ring 0
 * is a broken invariant and a panic. Device interrupts go on to irq.c. Also the work on the way back to ring 3.
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/irq.h"
#include "arch/x86_64/paging.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "mm/aspace.h"
#include "sched/process.h"
#include "sched/rseq.h"
#include "sched/signal.h"
#include "sched/cpu_timer.h"
#include "sched/task.h"
#include "trace/trace.h"

enum vector {
	TRAP_DIVIDE = 0, TRAP_DEBUG = 1, TRAP_NMI = 2, TRAP_BREAKPOINT = 3, TRAP_OVERFLOW = 4, TRAP_BOUND = 5, TRAP_OPCODE = 6,
	TRAP_NO_DEVICE = 7, TRAP_DOUBLE_FAULT = 8, TRAP_TSS = 10, TRAP_SEGMENT = 11, TRAP_STACK = 12, TRAP_PROTECTION = 13,
	TRAP_PAGE = 14, TRAP_X87 = 16, TRAP_ALIGNMENT = 17, TRAP_MACHINE_CHECK = 18, TRAP_SIMD = 19,
	TRAP_COUNT = 32
};

#define PF_PRESENT 1u
#define PF_WRITE   2u
#define PF_USER    4u
#define PF_RESERVED 8u
#define PF_FETCH   16u

static const char *const trap_names[TRAP_COUNT] = {
	"divide error", "debug", "NMI", "breakpoint", "overflow", "bound range", "invalid opcode", "no device",
	"double fault", "coprocessor overrun", "invalid TSS", "segment not present", "stack fault", "general protection",
	"page fault", "reserved", "x87 error", "alignment check", "machine check", "SIMD error", "virtualisation",
	"control protection",
};

/* An address to go on at, for a fault of the user copies of usercopy.S; 0 when the instruction may not fault. */
static u64 find_fixup(u64 rip)
{
	extern const i32 fault_table_start[], fault_table_end[];

	for (const i32 *entry = fault_table_start; entry < fault_table_end; entry += 2)
		if ((u64)entry + (u64)(i64)entry[0] == rip)
			return (u64)(entry + 1) + (u64)(i64)entry[1];
	return 0;
}

static __noreturn void kernel_fault(struct regs *r, unsigned vector, u64 error)
{
	log_error("trap", "%s in the kernel: error %#lx, cr2 %#lx", vector < TRAP_COUNT ? trap_names[vector] : "interrupt",
		  error, read_cr2());
	log_error("trap", "rip %016lx rsp %016lx rflags %06lx task %s", r->rip, r->rsp, r->rflags, current->name);
	log_error("trap", "rax %016lx rbx %016lx rcx %016lx rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
	log_error("trap", "rsi %016lx rdi %016lx rbp %016lx r8  %016lx", r->rsi, r->rdi, r->rbp, r->r8);
	log_error("trap", "r9  %016lx r10 %016lx r11 %016lx r12 %016lx", r->r9, r->r10, r->r11, r->r12);
	log_error("trap", "r13 %016lx r14 %016lx r15 %016lx", r->r13, r->r14, r->r15);
	panic("unexpected trap in the kernel");
}

static enum fault_access fault_access(u64 error)
{
	if (error & PF_FETCH)
		return FAULT_EXEC;
	return error & PF_WRITE ? FAULT_WRITE : FAULT_READ;
}

/* For the frames of signals from here on. */
static void remember_trap(unsigned vector, u64 error)
{
	current->trap.number = vector;
	current->trap.error = (u32)error;
}

/* Of an address in the kernel's half a program learns no more than that it is not its own. */
static void remember_page_fault(u64 error, u64 address)
{
	remember_trap(TRAP_PAGE, address < USER_END ? error : error | PF_PRESENT);
	current->trap.address = address;
}

/*
 * A fault that repeats in ring 3 with memory out: the program waits for the OOM kill, which may be its own. What the kernel touches
 * with interrupts off (fpu_save_to_user) must be there: no page is brought in.
 */
static void page_fault(struct regs *r, u64 error)
{
	u64 address = read_cr2();
	bool from_user = REGS_FROM_USER(r);
	u64 fixup = from_user ? 0 : find_fixup(r->rip);
	struct fault_result result = { SIGSEGV, ABI_SEGV_MAPERR };

	if (!from_user && (fixup == 0 || (error & PF_RESERVED)))
		kernel_fault(r, TRAP_PAGE, error);
	/* The processor itself reads for ring 3 as a supervisor: a descriptor, or on an emulator the stack of an IRET. */
	if (from_user && !(error & PF_USER)) {
		remember_trap(TRAP_PROTECTION, 0);
		signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
		return;
	}
	if (r->rflags & RFLAGS_IF)
		arch_irq_enable();
	if (address < USER_END && current->mm && (r->rflags & RFLAGS_IF))
		result = mm_fault(current->mm, address, fault_access(error), from_user,
				  from_user ? r->rsp : arch_task_regs(current)->rsp);
	arch_irq_disable();
	if (result.signal == 0)
		return;
	if (!from_user) {
		r->rip = fixup;
		return;
	}
	remember_page_fault(error, address);
	signal_force(result.signal, result.code, address);
}

/* The si_code of the first exception in `raised`, bits as in the status words of x87 and SSE, masked ones left out. */
static int float_code(u32 raised)
{
	if (raised & 1)
		return ABI_FPE_FLTINV;
	if (raised & 4)
		return ABI_FPE_FLTDIV;
	if (raised & 8)
		return ABI_FPE_FLTOVF;
	return raised & 0x12 ? ABI_FPE_FLTUND : ABI_FPE_FLTRES;
}

static int x87_code(void)
{
	u16 status, control;

	__asm__ volatile("fnstsw %0\n\tfnstcw %1" : "=a"(status), "=m"(control));
	return float_code(status & ~(u32)control & 0x3f);
}

static int simd_code(void)
{
	u32 mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	return float_code(mxcsr & ~(mxcsr >> 7) & 0x3f);
}

static void debug_trap(struct regs *r)
{
	u64 dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" : : "r"(0xffff0ff0ul));
	if (current->forced_step && !READ_ONCE(current->trace)) {	/* its tracer is gone */
		trace_disarm_step(r);
		return;
	}
	signal_force(SIGTRAP, dr6 & (1 << 14) ? ABI_TRAP_TRACE : ABI_TRAP_BRKPT, r->rip);
}

static void user_exception(struct regs *r, unsigned vector, u64 error)
{
	remember_trap(vector, error);
	switch (vector) {
	case TRAP_DIVIDE:
		signal_force(SIGFPE, ABI_FPE_INTDIV, r->rip);
		break;
	case TRAP_DEBUG:
		debug_trap(r);
		break;
	case TRAP_BREAKPOINT:
		signal_force(SIGTRAP, ABI_SI_KERNEL, 0);
		break;
	case TRAP_OPCODE:
		signal_force(SIGILL, ABI_ILL_ILLOPN, r->rip);
		break;
	case TRAP_SEGMENT:
	case TRAP_STACK:
		signal_force(SIGBUS, ABI_SI_KERNEL, 0);
		break;
	case TRAP_X87:
		signal_force(SIGFPE, x87_code(), r->rip);
		break;
	case TRAP_SIMD:
		signal_force(SIGFPE, simd_code(), r->rip);
		break;
	case TRAP_ALIGNMENT:
		signal_force(SIGBUS, ABI_BUS_ADRALN, 0);
		break;
	default:
		signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
		break;
	}
}

/* A copy from or to a non-canonical address is a general protection fault (or a stack fault by way of rbp or rsp). */
static bool fix_kernel_exception(struct regs *r, unsigned vector)
{
	u64 fixup = vector == TRAP_PROTECTION || vector == TRAP_STACK ? find_fixup(r->rip) : 0;

	if (fixup == 0)
		return false;
	r->rip = fixup;
	return true;
}

/* From entry.S, interrupts off; regs->orig_rax holds the error code. */
void trap_dispatch(struct regs *r, unsigned vector);
void trap_dispatch(struct regs *r, unsigned vector)
{
	u64 error = r->orig_rax;

	if (vector >= TRAP_COUNT) {
		r->orig_rax = (u64)-1;
		irq_dispatch(vector, r);
		return;
	}
	if (vector == TRAP_NMI) {
		panic_stop_cpu(r);
		return;
	}
	if (vector == TRAP_PAGE) {
		r->orig_rax = (u64)-1;
		page_fault(r, error);
		return;
	}
	if (!REGS_FROM_USER(r)) {
		if (!fix_kernel_exception(r, vector))
			kernel_fault(r, vector, error);
		return;
	}
	r->orig_rax = (u64)-1;
	if (vector == TRAP_DOUBLE_FAULT || vector == TRAP_MACHINE_CHECK)
		panic("%s while %s ran", trap_names[vector], current->name);
	if (vector != TRAP_DEBUG)
		arch_irq_enable();
	user_exception(r, vector, error);
	arch_irq_disable();
}

/* On the way to ring 3 with task->work set; interrupts on. Comes back until there is nothing left. */
void user_work(struct regs *r);
void user_work(struct regs *r)
{
	i32 work = atomic_read(&current->work);

	if (work & WORK_RESCHEDULE)
		schedule();
	if (work & WORK_CPU_TIME)
		cpu_time_work();
	if (work & WORK_SIGNAL)
		signal_deliver(r);
	if (atomic_read(&current->work) & WORK_RSEQ)
		rseq_work(r);
	if (atomic_read(&current->work) & WORK_FPU)
		fpu_load_current();
}

/* A program's next instruction would be at a non-canonical address. */
void user_bad_rip(struct regs *r);
void user_bad_rip(struct regs *r)
{
	remember_trap(TRAP_PROTECTION, 0);
	signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
	user_work(r);
}
