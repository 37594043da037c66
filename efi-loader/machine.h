/*
 * The processor instructions that C has no words for: ports, CPUID, control registers, time stamps, random numbers.
 * All assembly of the loader is here, in bytes.c and in handover.c.
 */
#ifndef EFI_LOADER_MACHINE_H
#define EFI_LOADER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define MSR_EFER     0xc0000080u
#define EFER_NXE     (1ull << 11)
#define CR0_WP       (1ull << 16)
#define CR4_PGE      (1ull << 7)
#define CR4_LA57     (1ull << 12)

/* CPUID leaves and bits, as (leaf, register) pairs named where they are used. */
struct cpuid {
	uint32_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
	return r;
}

static inline bool cpu_has_leaf(uint32_t leaf)
{
	return cpuid(leaf & 0x80000000u).a >= leaf;
}

static inline bool cpu_has_no_execute(void)
{
	return cpu_has_leaf(0x80000001u) && cpuid(0x80000001u).d & 1u << 20;
}

static inline bool cpu_has_gib_pages(void)
{
	return cpu_has_leaf(0x80000001u) && cpuid(0x80000001u).d & 1u << 26;
}

static inline bool cpu_has_rdrand(void)
{
	return cpuid(1).c & 1u << 30;
}

static inline bool cpu_has_rdseed(void)
{
	return cpu_has_leaf(7) && cpuid(7).b & 1u << 18;
}

static inline bool rdrand(uint64_t *value)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(ok));
	return ok;
}

static inline bool rdseed(uint64_t *value)
{
	bool ok;

	__asm__ volatile("rdseed %0" : "=r"(*value), "=@ccc"(ok));
	return ok;
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr) : "memory");
}

static inline uint64_t read_cr0(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr0, %0" : "=r"(value));
	return value;
}

static inline uint64_t read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr4, %0" : "=r"(value));
	return value;
}

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void outl(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

#endif
