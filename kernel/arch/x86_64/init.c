/* The boot CPU's start, in the order of arch/arch.h. */
#include "abi/boot_info.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/irq.h"
#include "arch/x86_64/paging.h"
#include "boot/boot.h"
#include "drivers/acpi.h"
#include "mm/frame.h"
#include "sched/clock.h"

static struct cpu boot_cpu;

/* Before anything may fault or ask which CPU it is on. */
void arch_early_init(const struct boot_info *info)
{
	boot_cpu.head.self = &boot_cpu.head;
	boot_cpu.page_table = info->page_table;
	boot_cpu.online = true;
	cpus[0] = &boot_cpu;

	direct_map = info->direct_map;
	paging_init(info);
	idt_init();
	cpu_load_tables(&boot_cpu);
	cpu_detect_features();
	smap_patch();
	cpu_enable_features();
	fpu_detect();
}

void arch_irq_init(void)
{
	const struct acpi_madt_info *madt = acpi_madt();

	if (madt->cpu_count == 0)
		boot_fail("the firmware's tables name no processor (no ACPI MADT)");
	apic_init_boot(madt->local_apic);
	boot_cpu.apic_id = apic_id();
	ioapic_init();
}

void arch_clock_init(void)
{
	clock_init(cmdline_get("clock"));
	apic_timer_calibrate();
}
