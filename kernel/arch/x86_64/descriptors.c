/*
 * Segments, the task-state segment and the interrupt table. Each CPU has its own GDT and TSS in its struct cpu; the
 * IDT is one for all, written once by the boot CPU.
 */
#include "arch/x86_64/cpu.h"
#include "lib/string.h"
#include "mm/frame.h"

struct gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_middle;
	u32 offset_high;
	u32 reserved;
};
_Static_assert(sizeof(struct gate) == 16, "SDM 3A, 6.14.1");

#define GATE_INTERRUPT 0x8e	/* present, ring 0, interrupts off */
#define GATE_USER      0x60	/* ring 3 may use INT n */

struct table_pointer {
	u16 limit;
	u64 base;
} __packed;

static struct gate idt[256] __aligned(16);
extern u8 vector_stubs[];
void int80_entry(void);

struct cpu *cpus[MAX_CPUS];

static void set_gate(unsigned vector, const void *handler, enum ist ist, u8 type)
{
	u64 address = (u64)handler;

	idt[vector] = (struct gate){
		.offset_low = (u16)address,
		.selector = KERNEL_CS,
		.ist = ist,
		.type = type,
		.offset_middle = (u16)(address >> 16),
		.offset_high = (u32)(address >> 32),
	};
}

void idt_init(void)
{
	for (unsigned v = 0; v < 256; v++)
		set_gate(v, vector_stubs + v * 16, IST_NONE, GATE_INTERRUPT);
	set_gate(1, vector_stubs + 1 * 16, IST_DEBUG, GATE_INTERRUPT);
	set_gate(2, vector_stubs + 2 * 16, IST_NMI, GATE_INTERRUPT);
	set_gate(8, vector_stubs + 8 * 16, IST_DOUBLE_FAULT, GATE_INTERRUPT);
	set_gate(18, vector_stubs + 18 * 16, IST_MACHINE_CHECK, GATE_INTERRUPT);
	set_gate(3, vector_stubs + 3 * 16, IST_NONE, GATE_INTERRUPT | GATE_USER);
	set_gate(4, vector_stubs + 4 * 16, IST_NONE, GATE_INTERRUPT | GATE_USER);
	set_gate(0x80, int80_entry, IST_NONE, GATE_INTERRUPT | GATE_USER);
}

static void build_gdt(struct cpu *cpu)
{
	u64 tss = (u64)&cpu->tss;

	cpu->gdt[KERNEL_CS / 8] = 0x00af9b000000ffffull;
	cpu->gdt[KERNEL_DS / 8] = 0x00cf93000000ffffull;
	cpu->gdt[USER_DS / 8] = 0x00cff3000000ffffull;
	cpu->gdt[USER_CS / 8] = 0x00affb000000ffffull;
	cpu->gdt[TSS_SEL / 8] = (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 | 0x89ull << 40 | (tss >> 24 & 0xff) << 56;
	cpu->gdt[TSS_SEL / 8 + 1] = tss >> 32;
}

/* Load selectors; CS by a far return. FS and GS become null, so their bases are set afterwards. */
static void load_segments(const struct table_pointer *gdt)
{
	__asm__ volatile(
		"lgdt	%0\n\t"
		"pushq	%1\n\t"
		"leaq	1f(%%rip), %%rax\n\t"
		"pushq	%%rax\n\t"
		"lretq\n"
		"1:	movl	%2, %%eax\n\t"
		"movl	%%eax, %%ss\n\t"
		"xorl	%%eax, %%eax\n\t"
		"movl	%%eax, %%ds\n\t"
		"movl	%%eax, %%es\n\t"
		"movl	%%eax, %%fs\n\t"
		"movl	%%eax, %%gs"
		: : "m"(*gdt), "i"(KERNEL_CS), "i"(KERNEL_DS) : "rax", "memory");
}

void cpu_load_tables(struct cpu *cpu)
{
	struct table_pointer gdt = { sizeof(cpu->gdt) - 1, (u64)cpu->gdt };
	struct table_pointer idt_pointer = { sizeof(idt) - 1, (u64)idt };

	build_gdt(cpu);
	for (unsigned i = 0; i < IST_COUNT; i++) {
		u64 *top = (u64 *)(cpu->ist_stacks[i] + IST_STACK_SIZE) - 2;

		*top = (u64)cpu;	/* paranoid_entry compares GS with it */
		cpu->tss.ist[i] = (u64)top;
	}
	cpu->tss.io_map_base = sizeof(struct tss);	/* no port is a program's */

	load_segments(&gdt);
	wrmsr(MSR_GS_BASE, (u64)cpu);
	wrmsr(MSR_KERNEL_GS_BASE, 0);
	wrmsr(MSR_FS_BASE, 0);
	__asm__ volatile("ltr %w0" : : "r"(TSS_SEL));
	__asm__ volatile("lidt %0" : : "m"(idt_pointer));
}
