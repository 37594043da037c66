/* Privileged instructions in ring 3: SIGSEGV, SI_KERNEL; the machine lives on. */
#include "test.h"

static void do_hlt(void *a) { (void)a; __asm__ volatile("hlt"); }
static void do_cli(void *a) { (void)a; __asm__ volatile("cli"); }
static void do_sti(void *a) { (void)a; __asm__ volatile("sti"); }
static void do_in(void *a) { (void)a; __asm__ volatile("in $0x80, %%al" : : : "rax"); }
static void do_out(void *a) { (void)a; __asm__ volatile("out %%al, $0x80" : : : "rax"); }
static void do_cr3(void *a) { (void)a; __asm__ volatile("mov %%cr3, %%rax" : : : "rax"); }
static void do_cr0(void *a) { (void)a; __asm__ volatile("mov %%rax, %%cr0" : : : "rax"); }
static void do_wrmsr(void *a) { (void)a; __asm__ volatile("wrmsr" : : "c"(0xc0000082), "a"(0), "d"(0)); }
static void do_rdmsr(void *a) { (void)a; __asm__ volatile("rdmsr" : : "c"(0xc0000080) : "rax", "rdx"); }
static void do_lgdt(void *a) { __asm__ volatile("lgdt (%0)" : : "r"(a) : "memory"); }
static void do_invlpg(void *a) { __asm__ volatile("invlpg (%0)" : : "r"(a) : "memory"); }
static void do_swapgs(void *a) { (void)a; __asm__ volatile("swapgs"); }
static void do_iretq(void *a) { (void)a; __asm__ volatile("push $0x10\n\tpush $0\n\tpush $0x2\n\tpush $0x8\n\tpush $0\n\tiretq"); }
static void do_sysret(void *a) { (void)a; __asm__ volatile("sysretq"); }
static void do_int_page_fault(void *a) { (void)a; __asm__ volatile("int $14"); }
static void do_int_device(void *a) { (void)a; __asm__ volatile("int $0x20"); }
static void do_int_high(void *a) { (void)a; __asm__ volatile("int $0xef"); }
static void do_load_ss(void *a) { (void)a; __asm__ volatile("mov %0, %%ss" : : "r"(0x10)); }

static void test(void)
{
	static void (*const all[])(void *) = { do_hlt, do_cli, do_sti, do_in, do_out, do_cr3, do_cr0, do_wrmsr, do_rdmsr, do_lgdt,
		do_invlpg, do_swapgs, do_iretq, do_sysret, do_int_page_fault, do_int_device, do_int_high, do_load_ss };
	static char memory[64];

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (!CHECK_EQ(test_fault(all[i], memory), SIGSEGV))
			test_print("  at entry %zu of the table\n", i);
		CHECK_EQ(test_fault_info.si_code, SI_KERNEL);
		CHECK_EQ(test_fault_info.si_addr, 0);
	}
}
