/* The hot operations of arch/arch.h. Included by it alone. */
#ifndef ARCH_X86_64_INLINE_H
#define ARCH_X86_64_INLINE_H

#include "lib/types.h"

typedef u64 irqstate;		/* RFLAGS before */

#ifndef ASTRA_HOST_TEST	/* tests on the build machine bring their own (tests/host/include/arch) */

/* The start of a CPU's block behind GS; the whole is arch/x86_64/cpu.h's. entry.S knows these offsets. */
struct cpu_head {
	struct cpu_head *self;		/* 0 */
	struct task *current_task;	/* 8 */
	u64 user_rsp;			/* 16: parked by the system-call entry */
	u32 id;				/* 24 */
};

#define GS_READ(offset, type) ({ \
	type v_; \
	__asm__ volatile("mov %%gs:%c1, %0" : "=r"(v_) : "i"(offset)); \
	v_; })

static inline unsigned arch_cpu_id(void)
{
	return GS_READ(offsetof(struct cpu_head, id), u32);
}

static inline struct cpu_head *arch_cpu_head(void)
{
	return GS_READ(offsetof(struct cpu_head, self), struct cpu_head *);
}

/* Not volatile: a task is itself wherever it runs, so the compiler may keep the value. */
static inline struct task *arch_current(void)
{
	struct task *t;

	__asm__("mov %%gs:%c1, %0" : "=r"(t) : "i"(offsetof(struct cpu_head, current_task)));
	return t;
}

static inline irqstate arch_irq_save(void)
{
	irqstate s;

	__asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(s) : : "memory");
	return s;
}

static inline void arch_irq_disable(void) { __asm__ volatile("cli" : : : "memory"); }
static inline void arch_irq_enable(void) { __asm__ volatile("sti" : : : "memory"); }

static inline void arch_irq_restore(irqstate s)
{
	if (s & (1 << 9))
		arch_irq_enable();
}

static inline bool arch_irqs_enabled(void)
{
	irqstate s;

	__asm__ volatile("pushfq\n\tpopq %0" : "=r"(s));
	return s & (1 << 9);
}

static inline void arch_pause(void) { __asm__ volatile("pause"); }

/* STI takes effect after the next instruction, so no interrupt can slip in before HLT. */
static inline void arch_idle(void) { __asm__ volatile("sti\n\thlt" : : : "memory"); }

static inline u64 arch_tsc(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

static inline u8 arch_in8(u16 port)
{
	u8 v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline u16 arch_in16(u16 port)
{
	u16 v;

	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline u32 arch_in32(u16 port)
{
	u32 v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline void arch_out8(u16 port, u8 v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static inline void arch_out16(u16 port, u16 v) { __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port)); }
static inline void arch_out32(u16 port, u32 v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }

#define current arch_current()

#endif
#endif
