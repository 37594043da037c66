/*
 * execve(2): a new program in the current process.
 *
 *  - The new address space is built beside the old one; the old program is given up only when all that can fail has
 *    succeeded (exec.c marks the line).
 *  - What Linux finds out only after it gave the old program up (segments that overlap the end of memory, a broken
 *    interpreter) kills the process with SIGSEGV here as there.
 */
#ifndef EXEC_EXEC_H
#define EXEC_EXEC_H

#include "lib/types.h"

extern bool aslr_enabled;		/* [a] `norandmaps` on the command line clears it; kernel.randomize_va_space */

/* Where argv and envp come from: a program's memory, or the kernel (pid 1). */
struct exec_source {
	const char *const *kernel_argv, *const *kernel_envp;	/* NULL-terminated; used when kernel_argv is not NULL */
	uaddr argv, envp;
};

/* Replace the current task's program. 0, with its registers set; or -errno, and nothing has changed. */
int exec_program(const char *path, const struct exec_source *source);

/* Processor features as programs may use them (AT_HWCAP, AT_HWCAP2); arch/x86_64/hwcap.c. */
u64 arch_hwcap(void);
u64 arch_hwcap2(void);

#endif
