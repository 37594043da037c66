/*
 * Stands in for kernel/arch/arch.h in tests on the build machine: a thread of the test is a CPU (host_cpu), interrupts
 * are a flag of the thread. Only what generic code under test needs.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include "abi/boot_info.h"
#include "host.h"
#include "lib/types.h"
#include "mm/kmap.h"
#include "sched/lock.h"

#define MAX_CPUS 256

struct task;

extern unsigned cpu_count;

static inline unsigned arch_cpu_id(void) { return host_cpu; }
struct task *arch_current(void);
#define current arch_current()

irqstate arch_irq_save(void);
void arch_irq_restore(irqstate s);
void arch_irq_enable(void);
bool arch_irqs_enabled(void);
void arch_pause(void);
u64 arch_tsc(void);
bool arch_random(u64 *value);

int arch_kmap_page(u64 vaddr, paddr p, bool writable, enum kmap_cache cache);
void arch_kunmap_page(u64 vaddr);
void arch_kmap_prepare(u64 base, u64 size);
void arch_tlb_flush_kernel(u64 start, u64 end);

#endif
