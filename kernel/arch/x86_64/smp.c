/*
 * The other CPUs. The boot CPU prepares a block and a stack for each processor of the MADT, copies the trampoline below
 * 1 MiB, sends INIT and two start-ups to all, and waits until every one of them idles or a second is over. A processor
 * claims the next free block, whichever comes first; after the time is over nobody can claim one any more, and processors
 * that came late halt.
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "drivers/acpi.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/task.h"

#define START_TIMEOUT (1000 * NS_PER_MSEC)

/* The words at trampoline_data, as trampoline.S lays them out. */
struct trampoline_data {
	u16 gdt_limit;
	u32 gdt_base;
	u16 reserved0;
	u32 entry_offset;
	u16 entry_segment;
	u16 reserved1;
	u32 page_table;
	u32 next;
	u64 stacks;
	u64 entry;
} __packed;

extern u8 trampoline_start[], trampoline_end[], trampoline_data[], trampoline_gdt[], trampoline_long[];

unsigned cpu_count = 1;
static u64 ap_stacks[MAX_CPUS];		/* [I while processors start] by order of arrival, from 0 */
static atomic32 ap_claimed;		/* [a] blocks that processors took; negative: closed */
static atomic32 ap_online;		/* [a] */

/* The first C code of an application processor, on a stack of its own. Does not return. */
static void ap_main(void)
{
	i32 order = atomic_read(&ap_claimed);
	struct cpu *cpu;

	while (order >= 0 && !atomic_cas(&ap_claimed, order, order + 1))
		order = atomic_read(&ap_claimed);
	if (order < 0)
		arch_halt_forever();
	cpu = cpus[order + 1];
	write_cr3(kernel_page_table);
	cpu_load_tables(cpu);
	cpu_enable_features();
	cpu->page_table = kernel_page_table;
	apic_init_cpu();
	cpu->apic_id = apic_id();
	apic_timer_init_cpu();
	sched_init_cpu((unsigned)order + 1);
	WRITE_ONCE(cpu->online, true);
	atomic_inc(&ap_online);
	sched_idle();
}

static bool prepare_cpu(unsigned number)
{
	struct cpu *cpu = kzalloc(sizeof(*cpu));
	u8 *stack = kstack_alloc();

	if (!cpu || !stack) {
		kfree(cpu);
		kstack_free(stack);
		return false;
	}
	cpu->head.self = &cpu->head;
	cpu->head.id = number;
	cpus[number] = cpu;
	ap_stacks[number - 1] = (u64)stack + KERNEL_STACK_SIZE;
	return true;
}

/* Three tables that map the first 2 MiB to themselves, executable, beside the kernel's half. */
static u64 build_low_tables(paddr *pages)
{
	u64 *top = phys_to_virt(pages[0]);
	u64 *second = phys_to_virt(pages[1]);
	u64 *third = phys_to_virt(pages[2]);

	memcpy(top, phys_to_virt(PADDR(kernel_page_table)), PAGE_SIZE);
	memset(second, 0, PAGE_SIZE);
	memset(third, 0, PAGE_SIZE);
	top[0] = virt_to_phys(second).v | PTE_PRESENT | PTE_WRITE;
	second[0] = virt_to_phys(third).v | PTE_PRESENT | PTE_WRITE;
	third[0] = PTE_PRESENT | PTE_WRITE | PTE_LARGE;
	return virt_to_phys(top).v;
}

static void install_trampoline(paddr page, paddr *table_pages)
{
	u8 *code = phys_to_virt(page);
	struct trampoline_data *data = (void *)(code + (trampoline_data - trampoline_start));

	memcpy(code, trampoline_start, (size_t)(trampoline_end - trampoline_start));
	data->gdt_base = (u32)(page.v + (u64)(trampoline_gdt - trampoline_start));
	data->entry_offset = (u32)(page.v + (u64)(trampoline_long - trampoline_start));
	data->page_table = (u32)build_low_tables(table_pages);
	data->stacks = (u64)ap_stacks;
	data->entry = (u64)ap_main;
}

/* Start the first `count` others. */
static void kick(const struct acpi_madt_info *madt, unsigned count, u8 page)
{
	u32 self = cpus[0]->apic_id;

	for (unsigned i = 0, left = count; i < madt->cpu_count && left > 0; i++)
		if (madt->cpus[i].apic_id != self && left-- > 0)
			apic_send_init(madt->cpus[i].apic_id);
	clock_calibrate_delay(200 * NS_PER_USEC);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0, left = count; i < madt->cpu_count && left > 0; i++)
			if (madt->cpus[i].apic_id != self && left-- > 0)
				apic_send_startup(madt->cpus[i].apic_id, page);
		clock_calibrate_delay(200 * NS_PER_USEC);
	}
}

/* The trampoline's page and its three tables; false when the firmware left nothing below 640 KiB. */
static bool take_low_pages(paddr *pages, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		pages[i] = frame_low_page();
		if (pages[i].v == 0)
			return false;
	}
	return true;
}

void arch_smp_start(void)
{
	const struct acpi_madt_info *madt = acpi_madt();
	unsigned wanted = 0, came;
	paddr pages[4];
	u64 end;

	while (wanted + 1 < madt->cpu_count && wanted + 1 < MAX_CPUS && prepare_cpu(wanted + 1))
		wanted++;
	if (wanted == 0)
		return;
	if (!take_low_pages(pages, ARRAY_SIZE(pages))) {
		log_warn("smp", "no memory below 640 KiB to start other CPUs from");
		return;
	}
	install_trampoline(pages[0], &pages[1]);
	kick(madt, wanted, (u8)(pages[0].v >> PAGE_SHIFT));
	end = clock_now() + START_TIMEOUT;
	while (atomic_read_acquire(&ap_online) < (i32)wanted && clock_now() < end)
		arch_pause();
	came = (unsigned)atomic_xchg(&ap_claimed, INT32_MIN);
	while (atomic_read_acquire(&ap_online) < (i32)came)	/* who has claimed a block will come */
		arch_pause();
	if (came < wanted)
		log_warn("smp", "%u of %u other CPUs did not start", wanted - came, wanted);
	cpu_count = 1 + came;
	log_info("smp", "%u CPUs", cpu_count);
}
