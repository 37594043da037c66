/*
 * What the processor offers, and the control registers and MSRs that turn the protections on. The boot CPU reads the
 * features once; every CPU enables the same set.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/paging.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "sched/clock.h"

struct cpu_features cpu_features;

/* The bits of CPUID leaves 1, 7 and 0x80000001 that /proc/cpuinfo names, in Linux's order of words. */
static const struct flag_name {
	u8 word, bit;
	const char *name;
} flag_names[] = {
	{ 0, 0, "fpu" }, { 0, 3, "pse" }, { 0, 4, "tsc" }, { 0, 5, "msr" }, { 0, 6, "pae" }, { 0, 8, "cx8" }, { 0, 9, "apic" },
	{ 0, 13, "pge" }, { 0, 15, "cmov" }, { 0, 16, "pat" }, { 0, 19, "clflush" }, { 0, 23, "mmx" }, { 0, 24, "fxsr" },
	{ 0, 25, "sse" }, { 0, 26, "sse2" }, { 4, 11, "syscall" }, { 4, 20, "nx" }, { 4, 26, "pdpe1gb" }, { 4, 27, "rdtscp" },
	{ 4, 29, "lm" }, { 1, 0, "pni" }, { 1, 1, "pclmulqdq" }, { 1, 9, "ssse3" }, { 1, 12, "fma" }, { 1, 13, "cx16" },
	{ 1, 19, "sse4_1" }, { 1, 20, "sse4_2" }, { 1, 21, "x2apic" }, { 1, 22, "movbe" }, { 1, 23, "popcnt" }, { 1, 24, "tsc_deadline_timer" },
	{ 1, 25, "aes" }, { 1, 26, "xsave" }, { 1, 28, "avx" }, { 1, 29, "f16c" }, { 1, 30, "rdrand" }, { 1, 31, "hypervisor" },
	{ 2, 0, "fsgsbase" }, { 2, 3, "bmi1" }, { 2, 5, "avx2" }, { 2, 7, "smep" }, { 2, 8, "bmi2" }, { 2, 9, "erms" },
	{ 2, 18, "rdseed" }, { 2, 19, "adx" }, { 2, 20, "smap" }, { 2, 29, "sha_ni" }, { 3, 2, "umip" },
};
static u32 flag_words[5];	/* 1.edx, 1.ecx, 7.ebx, 7.ecx, 0x80000001.edx */
static u32 signature;		/* 1.eax */
static char vendor[13];

static bool has(unsigned word, unsigned bit) { return flag_words[word] >> bit & 1; }

static void read_brand(u32 max_extended)
{
	u32 words[12];

	if (max_extended < 0x80000004)
		return;
	for (unsigned i = 0; i < 3; i++)
		cpuid(0x80000002 + i, 0, &words[i * 4], &words[i * 4 + 1], &words[i * 4 + 2], &words[i * 4 + 3]);
	memcpy(cpu_features.brand, words, 48);
}

void cpu_detect_features(void)
{
	u32 a, b, c, d, max_extended, vendor_words[3];
	struct cpu_features *f = &cpu_features;

	cpuid(0, 0, &f->max_leaf, &vendor_words[0], &vendor_words[2], &vendor_words[1]);
	memcpy(vendor, vendor_words, 12);
	cpuid(1, 0, &signature, &b, &flag_words[1], &flag_words[0]);
	if (f->max_leaf >= 7)
		cpuid(7, 0, &a, &flag_words[2], &flag_words[3], &d);
	cpuid(0x80000000, 0, &max_extended, &b, &c, &d);
	if (max_extended >= 0x80000001)
		cpuid(0x80000001, 0, &a, &b, &c, &flag_words[4]);
	if (max_extended >= 0x80000007) {
		cpuid(0x80000007, 0, &a, &b, &c, &d);
		f->invariant_tsc = d >> 8 & 1;
	}
	read_brand(max_extended);

	f->smep = has(2, 7);
	f->smap = has(2, 20);
	f->umip = has(3, 2);
	f->fsgsbase = has(2, 0);
	f->erms = has(2, 9);
	f->rdseed = has(2, 18);
	f->rdrand = has(1, 30);
	f->x2apic = has(1, 21);
	f->tsc_deadline = has(1, 24);
	f->gib_pages = has(4, 26);
	f->rdtscp = has(4, 27);
	f->xsave = has(1, 26);
}

static void enable_control_registers(void)
{
	const struct cpu_features *f = &cpu_features;
	u64 cr4 = read_cr4();

	write_cr0((read_cr0() | CR0_WP | CR0_NE | CR0_MP) & ~(CR0_EM | CR0_TS | CR0_AM));
	cr4 |= CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_PGE;
	cr4 &= ~CR4_TSD;
	cr4 |= f->smep ? CR4_SMEP : 0;
	cr4 |= f->smap ? CR4_SMAP : 0;
	cr4 |= f->umip ? CR4_UMIP : 0;
	cr4 |= f->fsgsbase ? CR4_FSGSBASE : 0;
	cr4 |= f->xsave ? CR4_OSXSAVE : 0;
	write_cr4(cr4);
}

void cpu_enable_features(void)
{
	enable_control_registers();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
	/* SYSCALL: CS = STAR[47:32], SS = that + 8. SYSRET: SS = STAR[63:48] + 8, CS = that + 16. */
	wrmsr(MSR_STAR, (u64)(USER_DS - 8) << 48 | (u64)KERNEL_CS << 32);
	wrmsr(MSR_LSTAR, (u64)syscall_entry);
	wrmsr(MSR_SFMASK, RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT | RFLAGS_IOPL | RFLAGS_RF);
	/* PAT: WB WC UC- UC, twice: entry 1 is write combining (paging.c). */
	wrmsr(MSR_PAT, 0x0007010600070106ull);
	if (cpu_features.rdtscp)
		wrmsr(MSR_TSC_AUX, arch_cpu_id());	/* for the vDSO's getcpu */
	fpu_enable();
}

bool arch_cpu_id_in_ring3(void)
{
	return cpu_features.rdtscp;
}

/* The kernel's text is not writable; its frames are, through the direct map, and only the boot CPU runs yet. */
void smap_patch(void)
{
	extern const i32 smap_sites_start[], smap_sites_end[];

	if (!cpu_features.smap)
		return;
	for (const i32 *site = smap_sites_start; site < smap_sites_end; site += 2) {
		u8 *code = kernel_text_alias((u64)site + (u64)(i64)site[0]);

		code[1] = 0x01;
		code[2] = (u8)site[1];
	}
}

bool arch_random(u64 *value)
{
	u8 ok = 0;

	for (unsigned tries = 0; tries < 10 && !ok; tries++) {
		if (cpu_features.rdseed)
			__asm__ volatile("rdseed %0\n\tsetc %1" : "=r"(*value), "=qm"(ok));
		if (!ok && cpu_features.rdrand)
			__asm__ volatile("rdrand %0\n\tsetc %1" : "=r"(*value), "=qm"(ok));
	}
	return ok;
}

static int print_flags(char *buf, size_t size)
{
	int n = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (has(flag_names[i].word, flag_names[i].bit))
			n += scnprintf(buf + n, size - n, " %s", flag_names[i].name);
	return n;
}

int arch_cpuinfo(unsigned cpu, char *buf, size_t size)
{
	u32 family = signature >> 8 & 15, model = signature >> 4 & 15;
	u64 khz = clock_tsc_frequency() / 1000;
	int n;

	if (family == 6 || family == 15)
		model |= signature >> 12 & 0xf0;
	if (family == 15)
		family += signature >> 20 & 0xff;
	n = scnprintf(buf, size,
		      "processor\t: %u\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\nstepping\t: %u\n"
		      "cpu MHz\t\t: %lu.%03lu\nphysical id\t: 0\nsiblings\t: %u\ncore id\t\t: %u\ncpu cores\t: %u\n"
		      "apicid\t\t: %u\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: %u\nwp\t\t: yes\nflags\t\t:",
		      cpu, vendor, family, model, cpu_features.brand, signature & 15, khz / 1000, khz % 1000, cpu_count, cpu,
		      cpu_count, cpus[cpu]->apic_id, cpu_features.max_leaf);
	n += print_flags(buf + n, size - n);
	n += scnprintf(buf + n, size - n, "\nbogomips\t: %lu.%02lu\nclflush size\t: 64\ncache_alignment\t: 64\n"
		       "address sizes\t: 40 bits physical, 48 bits virtual\n\n", khz / 500, khz / 5 % 100);
	return n;
}
