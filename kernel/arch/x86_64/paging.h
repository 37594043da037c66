/* Page tables of this machine: what only arch/x86_64 needs to know. */
#ifndef ARCH_X86_64_PAGING_H
#define ARCH_X86_64_PAGING_H

#include "arch/pagetable.h"
#include "arch/x86_64/cpu.h"

extern u64 kernel_page_table;			/* [I] physical: the kernel's half and nothing else, once the identity map is gone */

void paging_init(const struct boot_info *info);
void *kernel_text_alias(u64 address);		/* a writable alias of the kernel image, through the direct map */

/* Load next's address space; a task without one keeps what is loaded. Interrupts off. */
void paging_switch(struct mm *next);

void tlb_shootdown_interrupt(void);

#endif
