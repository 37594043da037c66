/*
 * What the processor defines: control registers, MSRs, descriptor tables, and each CPU's own block. A block belongs to
 * its CPU alone, except for the fields that are marked.
 */
#ifndef ARCH_X86_64_CPU_H
#define ARCH_X86_64_CPU_H

#include "arch/arch.h"
#include "arch/x86_64/regs.h"
#include "lib/types.h"

/* Selectors: SYSRET wants user data right before user code. */
#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_DS   (0x18 | 3)
#define USER_CS   (0x20 | 3)
#define TSS_SEL   0x28
#define GDT_ENTRIES 7

#define MSR_APIC_BASE      0x1b
#define MSR_TSC_DEADLINE   0x6e0
#define MSR_PAT            0x277
#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_CSTAR          0xc0000083
#define MSR_SFMASK         0xc0000084
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_TSC_AUX        0xc0000103

#define EFER_SCE (1ul << 0)
#define EFER_NXE (1ul << 11)

#define CR0_MP (1ul << 1)
#define CR0_EM (1ul << 2)
#define CR0_TS (1ul << 3)
#define CR0_NE (1ul << 5)
#define CR0_WP (1ul << 16)
#define CR0_AM (1ul << 18)

#define CR4_TSD        (1ul << 2)
#define CR4_PGE        (1ul << 7)
#define CR4_OSFXSR     (1ul << 9)
#define CR4_OSXMMEXCPT (1ul << 10)
#define CR4_UMIP       (1ul << 11)
#define CR4_LA57       (1ul << 12)
#define CR4_FSGSBASE   (1ul << 16)
#define CR4_OSXSAVE    (1ul << 18)
#define CR4_SMEP       (1ul << 20)
#define CR4_SMAP       (1ul << 21)

/* Interrupt stacks of the TSS, 1-based as in a gate. */
enum ist { IST_NONE, IST_NMI, IST_DEBUG, IST_DOUBLE_FAULT, IST_MACHINE_CHECK, IST_COUNT = 4 };
#define IST_STACK_SIZE 4096

struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3;
	u16 io_map_base;
} __packed;
_Static_assert(sizeof(struct tss) == 104, "SDM 3A, 8.7");

struct mm;

struct cpu {
	struct cpu_head head;		/* first: GS points here */
	u32 apic_id;			/* [I] */
	u32 ipi_target;			/* the destination that its APIC's ICR holds; UINT32_MAX: not known */
	bool online;			/* [a] */
	struct mm *active_mm;		/* whose page table is loaded; NULL: the kernel's own. Read by others under tlb_lock */
	u32 tlb_state;			/* [a] of active_mm's translations: see tlb.c */
	u64 page_table;			/* what CR3 holds */
	struct task *fpu_owner;		/* whose FPU state the registers hold */
	u64 interrupts;			/* taken */
	u64 gdt[GDT_ENTRIES] __aligned(16);
	struct tss tss;
	u8 ist_stacks[IST_COUNT][IST_STACK_SIZE] __aligned(16);
} __aligned(64);

_Static_assert(offsetof(struct cpu_head, current_task) == 8, "entry.S");
_Static_assert(offsetof(struct cpu_head, user_rsp) == 16, "entry.S");

extern struct cpu *cpus[MAX_CPUS];	/* [I after boot] */

static inline struct cpu *this_cpu(void) { return (struct cpu *)arch_cpu_head(); }

/* What this machine's processors can do, read once on the boot CPU. */
struct cpu_features {
	bool smep, smap, umip, fsgsbase, xsave, xsaveopt, rdrand, rdseed, x2apic, tsc_deadline, invariant_tsc, erms, gib_pages, rdtscp;
	u32 max_leaf;
	char brand[49];
};
extern struct cpu_features cpu_features;

static inline void cpuid(u32 leaf, u32 subleaf, u32 *a, u32 *b, u32 *c, u32 *d)
{
	__asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(subleaf));
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32)) : "memory");
}

#define CR_ACCESSORS(n) \
	static inline u64 read_cr##n(void) { u64 v; __asm__ volatile("mov %%cr" #n ", %0" : "=r"(v)); return v; } \
	static inline void write_cr##n(u64 v) { __asm__ volatile("mov %0, %%cr" #n : : "r"(v) : "memory"); }
CR_ACCESSORS(0)
CR_ACCESSORS(2)
CR_ACCESSORS(3)
CR_ACCESSORS(4)

static inline void invlpg(u64 address) { __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory"); }

/* The parts of a CPU's start, in order. */
void cpu_detect_features(void);			/* boot CPU */
void cpu_load_tables(struct cpu *cpu);		/* GDT, TSS, IDT, GS */
void cpu_enable_features(void);			/* control registers, system-call MSRs, FPU */
void smap_patch(void);				/* boot CPU, before SMAP goes on */
void idt_init(void);				/* boot CPU */

/* entry.S */
void syscall_entry(void);
void switch_stacks(u64 *save_rsp, u64 load_rsp);
void kernel_task_start(void);
void user_task_start(void);

#endif
