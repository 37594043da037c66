/* The local APIC of each CPU: timer, inter-processor interrupts, end of interrupt. xAPIC through MMIO, x2APIC through MSRs. */
#ifndef ARCH_X86_64_APIC_H
#define ARCH_X86_64_APIC_H

#include "lib/types.h"

void apic_init_boot(paddr physical_base);	/* boot CPU: map or choose x2APIC; then apic_init_cpu */
void apic_init_cpu(void);		/* each CPU: enable, mask what is not used */
u32 apic_id(void);			/* of this CPU */
void apic_eoi(void);

/* Interrupts off, or a caller that may be interrupted by an IPI of its own CPU. */
void apic_send_ipi(u32 apic_id, unsigned vector);
void apic_send_nmi(u32 apic_id);
void apic_send_init(u32 apic_id);
void apic_send_startup(u32 apic_id, u8 page);

/* Boot CPU, clock running: the timer's frequency, or TSC-deadline mode when `tsc` is the clock. */
void apic_timer_calibrate(void);
void apic_timer_init_cpu(void);

#endif
