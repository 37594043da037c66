/*
 * The end of the machine: the other CPUs stop by NMI and print where they were, one at a time; then QEMU's debug exit, or
 * a halt on a real machine. Runs with whatever is broken, so it takes no lock that a stopped CPU may hold.
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/irq.h"
#include "boot/boot.h"
#include "drivers/acpi.h"
#include "lib/assert.h"
#include "lib/ksyms.h"
#include "lib/log.h"
#include "sched/clock.h"
#include "sched/task.h"

#define BACKTRACE_MAX 24
#define STOP_TIMEOUT  (100 * NS_PER_MSEC)
#define DEBUG_EXIT_PORT 0xf4

static atomic32 panic_cpu = ATOMIC(-1);	/* [a] who panicked first */
static atomic32 stray_nmis;		/* [a] for the debugger: an NMI may interrupt the log itself, so it cannot be logged */
static atomic32 stopped;		/* [a] CPUs that have printed and halted */

static bool on_kernel_stack(u64 address)
{
	extern u8 kernel_start[], kernel_end[];

	return (address >= KMAP_BASE && address < KMAP_BASE + KMAP_SIZE) ||
	       (address >= (u64)kernel_start && address < (u64)kernel_end);
}

unsigned arch_backtrace(u64 frame, u64 *addresses, unsigned max)
{
	unsigned n = 0;

	if (frame == 0)
		frame = (u64)__builtin_frame_address(0);
	while (n < max && on_kernel_stack(frame) && IS_ALIGNED(frame, 8)) {
		const u64 *record = (const u64 *)frame;

		if (record[1] == 0)
			break;
		addresses[n++] = record[1];
		if (record[0] <= frame)		/* stacks grow down: callers are above */
			break;
		frame = record[0];
	}
	return n;
}

static void print_backtrace(u64 frame)
{
	u64 addresses[BACKTRACE_MAX];
	unsigned n = arch_backtrace(frame, addresses, BACKTRACE_MAX);

	for (unsigned i = 0; i < n; i++) {
		u64 offset = 0;
		const char *name = ksyms_lookup(addresses[i] - 1, &offset);

		log_error("panic", "  %016lx %s+%#lx", addresses[i], name ? name : "?", offset + 1);
	}
}

void arch_exit_machine(u32 status)
{
	arch_out32(DEBUG_EXIT_PORT, status);
	arch_halt_forever();
}

void arch_halt_forever(void)
{
	for (;;)
		__asm__ volatile("cli\n\thlt");
}

void arch_power_off(void)
{
	acpi_power_off();
	log_error("power", "the machine did not switch itself off");
	arch_halt_forever();
}

void arch_reboot(void)
{
	static const struct { u16 limit; u64 base; } __packed no_idt;

	acpi_reset();
	arch_out8(0x64, 0xfe);		/* the keyboard controller's reset line */
	__asm__ volatile("lidt %0\n\tint3" : : "m"(no_idt));
	arch_halt_forever();
}

/* An NMI while no panic runs is the machine's own affair: it is counted. Otherwise print and stop: the sender waits for one CPU before it asks the next. */
void panic_stop_cpu(struct regs *r)
{
	if (atomic_read(&panic_cpu) < 0) {
		atomic_inc(&stray_nmis);
		return;
	}
	log_error("panic", "CPU %u: task %s%s at %016lx", arch_cpu_id(), current->name,
		  REGS_FROM_USER(r) ? " (ring 3)" : "", r->rip);
	if (!REGS_FROM_USER(r))
		print_backtrace(r->rbp);
	atomic_inc(&stopped);
	arch_halt_forever();
}

/* One CPU after the other, so that their lines do not mix. */
void arch_ipi_stop_all(void)
{
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		i32 before = atomic_read(&stopped);
		u64 end = clock_now() + STOP_TIMEOUT;

		if (cpu == arch_cpu_id() || !cpus[cpu])
			continue;
		apic_send_nmi(cpus[cpu]->apic_id);
		for (u64 spins = 0; atomic_read(&stopped) == before && clock_now() < end && spins < 10000000; spins++)
			arch_pause();
	}
}

void panic(const char *format, ...)
{
	va_list ap;

	(void)arch_irq_save();
	if (!atomic_cas(&panic_cpu, -1, (i32)arch_cpu_id())) {
		if (atomic_read(&panic_cpu) == (i32)arch_cpu_id())
			arch_exit_machine(PANIC_STATUS);	/* a panic inside the panic */
		arch_halt_forever();
	}
	log_panic_mode();
	va_start(ap, format);
	log_vline(LOG_ERROR, "panic", format, ap);
	va_end(ap);
	log_error("panic", "CPU %u: task %s", arch_cpu_id(), current ? current->name : "(boot)");
	print_backtrace(0);
	if (cpu_count > 1)
		arch_ipi_stop_all();
	arch_exit_machine(PANIC_STATUS);
}
