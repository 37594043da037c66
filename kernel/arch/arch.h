/*
 * The machine, as the generic kernel sees it: named operations, implemented in arch/x86_64. Generic code has no inline
 * assembly and no #ifdef of a machine.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include "abi/boot_info.h"
#include "lib/types.h"
#include "mm/kmap.h"
#include "sched/lock.h"

#define MAX_CPUS 256

struct task;
struct mm;
struct regs;

/*
 * ---- This CPU (arch/x86_64/inline.h, included below). Per-CPU data lives behind GS; kernel code does not migrate
 * while it runs without sleeping. ----
 *
 *  unsigned arch_cpu_id(void)		0 … cpu_count - 1; valid from the kernel's first C line on
 *  struct task *arch_current(void)	the running task; `current` for short
 *  irqstate arch_irq_save(void)	disable interrupts; returns the state before
 *  void arch_irq_restore(irqstate)
 *  void arch_irq_enable(void)
 *  bool arch_irqs_enabled(void)
 *  void arch_pause(void)		inside a spin loop
 *  void arch_idle(void)		with interrupts off: enable and halt in one step; returns after an interrupt, interrupts on
 *  u64 arch_tsc(void)
 *  u8/u16/u32 arch_in8/16/32(u16 port), void arch_out8/16/32(u16 port, value)
 */
extern unsigned cpu_count;			/* [I after boot] CPUs that run */

bool arch_cpu_id_in_ring3(void);		/* can programs read the number of the CPU that they run on (RDTSCP)? */
bool arch_random(u64 *value);			/* from the processor's generator; false when there is none */
__noreturn void arch_halt_forever(void);

/* ---- Boot, in this order (boot/kernel_main.c) ---- */

void arch_early_init(const struct boot_info *info);	/* boot CPU: per-CPU block, GDT, IDT, control registers */
void arch_choose_bulk(void);			/* once frames can be had: how long runs of memory are copied */
void arch_irq_init(void);			/* after ACPI: local and I/O APICs */
void arch_clock_init(void);			/* after arch_irq_init: clock source, APIC timer calibration */
void arch_smp_start(void);			/* start every other CPU; returns when all of them idle */
void arch_drop_identity_map(void);

/* ---- Interrupts of devices ---- */

typedef void (*irq_handler)(void *arg);		/* interrupts off, on any CPU */

/* A legacy ISA line or ACPI global interrupt, through the I/O APIC; unmasked on return. 0 or -errno. */
int arch_irq_request_isa(unsigned isa_irq, irq_handler fn, void *arg);
int arch_irq_request_gsi(unsigned gsi, bool level, bool active_low, irq_handler fn, void *arg);

/* A vector for message-signalled interrupts on one CPU: fills what the device must write where. 0 or -errno. */
int arch_irq_request_msi(unsigned cpu, irq_handler fn, void *arg, u64 *address, u32 *data);

/* ---- Timer and inter-processor interrupts ---- */

void arch_timer_arm(u64 deadline);		/* this CPU's next timer interrupt at clock_now() == deadline ns; interrupts off */
void arch_ipi_reschedule(unsigned cpu);		/* make that CPU look at need_resched, out of idle too */
/*
 * Every CPU that has `mm` loaded (NULL: every CPU; `cpu` not -1: that one alone) passes a full, serialising barrier before this
 * returns. `restart`: a thread of mm that runs there has its restartable sequence aborted. Task context, interrupts on.
 */
void arch_membarrier(struct mm *mm, int cpu, bool restart);
void arch_ipi_stop_all(void);			/* panic: the other CPUs print a backtrace and halt */

/* ---- Tasks ---- */

/* Lay a new kernel stack out so that the first switch to it calls entry(arg), interrupts on. */
void arch_task_init_kernel(struct task *t, void (*entry)(void *), void *arg);

/* … so that it returns to ring 3 with a copy of `from`, of the current task's segment bases, and rax = 0 (a clone's child); with another stack when not 0. */
void arch_task_init_user(struct task *t, const struct regs *from, u64 user_stack);

/* Switch stacks, address space (only when it differs and `next` has one) and FPU ownership; returns in `next`. */
void arch_switch(struct task *prev, struct task *next);

/* Load an address space for the current task, whose ->mm it just became (exec). NULL leaves the present one loaded. */
void arch_switch_mm(struct mm *next);

/* Registers that this task entered the kernel with (valid for user tasks). */
struct regs *arch_task_regs(struct task *t);

/* Did it come in by a system call, and not by a trap or an interrupt? */
bool arch_task_in_call(struct task *t);

/* A new program: registers all zero but these; FPU in its initial state; segments flat. */
void arch_start_program(struct regs *regs, u64 entry, u64 stack);

/* Segment bases of the current task in ring 3. */
u64 arch_get_fs_base(void);
void arch_set_fs_base(u64 v);
u64 arch_get_gs_base(void);
void arch_set_gs_base(u64 v);
int arch_task_alloc_fpu(struct task *t);	/* 0 or -ENOMEM */
void arch_task_free_fpu(struct task *t);
void arch_task_copy_fpu(struct task *dst);	/* from the current task, for clone */

/* ---- Tracing (arch/x86_64/trace_regs.c) ---- */

/*
 * The current task is about to stop for its tracer: its FPU state goes to memory and stays there, and its segment bases to *fs and
 * *gs; arch_trace_leave_stop takes them back.
 */
void arch_trace_enter_stop(u64 *fs, u64 *gs);
void arch_trace_leave_stop(u64 fs, u64 gs);

/* Where a program was: its next instruction, stack and frame pointer. */
struct arch_user_frame {
	u64 pc, sp, fp;
};
struct arch_user_frame arch_user_frame(const struct regs *regs);

/* A program's registers into the log, at its level "info". */
void arch_log_registers(const char *subsystem, const struct regs *regs);

/* The single-step flag of a program's registers; true when this changed it. */
bool arch_set_single_step(struct regs *regs, bool on);

/* ---- Page tables ---- */

int arch_kmap_page(u64 vaddr, paddr p, bool writable, enum kmap_cache cache);	/* 0 or -ENOMEM */
void arch_kunmap_page(u64 vaddr);		/* no flush */
void arch_kmap_prepare(u64 base, u64 size);	/* top-level entries, at boot */
void arch_tlb_flush_kernel(u64 start, u64 end);	/* on all CPUs; task context, interrupts on */

/* ---- Debugging ---- */

/* Walk frame pointers from `frame` (0: the caller's), at most `max` return addresses; reads only kernel stacks. */
unsigned arch_backtrace(u64 frame, u64 *addresses, unsigned max);
__noreturn void arch_exit_machine(u32 status);	/* QEMU's debug exit; halts where there is none */
__noreturn void arch_power_off(void);		/* ACPI S5 */
__noreturn void arch_reboot(void);		/* ACPI reset register, keyboard controller, triple fault */

/* The block of /proc/cpuinfo for one CPU: characters written, as scnprintf counts them. */
int arch_cpuinfo(unsigned cpu, char *buf, size_t size);

#include "arch/x86_64/inline.h"

#endif
