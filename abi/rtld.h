/*
 * What ld-astra and libastra agree on: the thread control block that FS points at (x86-64 psABI, TLS variant II),
 * and how a program starts. The kernel does not know it.
 *
 * Start: ld-astra enters the program's ELF entry point with the kernel's stack untouched and in RDX the address of
 * its own finaliser, to be called at exit. A program without an interpreter finds zero there, and makes its own thread
 * control block and runs its own constructors.
 */
#ifndef ABI_RTLD_H
#define ABI_RTLD_H

#include <stdint.h>

#define ARCH_SET_FS 0x1002

/* All fields belong to the thread itself, but `dtv`'s target, which ld-astra owns. Offsets 0 and 0x28 are the psABI's. */
struct tcb {
	struct tcb *self;		/* [I] what %fs:0 reads */
	uintptr_t *dtv;			/* [T] dtv[0] count of modules, dtv[n] address of module n's block */
	uintptr_t reserved[3];
	uintptr_t stack_guard;		/* [I] compilers read %fs:0x28 */
	int tid;			/* [I] kernel's thread number */
	int pad;
	void *block;			/* [I] start of the mapping that holds TLS and this structure */
};

_Static_assert(__builtin_offsetof(struct tcb, stack_guard) == 0x28, "compilers use %fs:0x28");

#endif
