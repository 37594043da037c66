/* Interrupt vectors and who serves them. */
#ifndef ARCH_X86_64_IRQ_H
#define ARCH_X86_64_IRQ_H

#include "arch/arch.h"
#include "arch/x86_64/regs.h"

enum irq_vector {
	VECTOR_DEVICE_FIRST = 0x30,
	VECTOR_SYSCALL      = 0x80,	/* int 0x80: never a device's */
	VECTOR_DEVICE_LAST  = 0xdf,
	VECTOR_TIMER        = 0xf0,
	VECTOR_RESCHEDULE   = 0xf1,
	VECTOR_TLB          = 0xf2,
	VECTOR_SPURIOUS     = 0xff,
};

/* From trap_dispatch, interrupts off. */
void irq_dispatch(unsigned vector, struct regs *r);

/* A vector for a handler, for ever: the vector, or -ENOSPC. */
int irq_allocate_vector(irq_handler fn, void *arg);

/* ioapic.c: from the MADT. */
void ioapic_init(void);

/* panic.c: another CPU panicked and sent an NMI. */
void panic_stop_cpu(struct regs *r);

#endif
