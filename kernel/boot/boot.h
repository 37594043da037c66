/* Boot: the command line, the kernel's first C function, and last words. */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include "lib/types.h"

/*
 * What the machine was given cannot be booted (archive, memory, init): print "boot: SENTENCE" and end the machine with
 * its panic status. Not for broken invariants of the kernel.
 */
void boot_fail(const char *format, ...) __printf(1, 2) __noreturn;

/* What QEMU's debug exit port gets when the machine ends in a panic: QEMU then exits with twice that plus one. */
#define PANIC_STATUS 0x21

struct boot_info;
__noreturn void kernel_main(const struct boot_info *info);

/*
 * The command line: words `key` and `key=value`; everything after a word `--` goes to init.
 * cmdline_get: the value of the last `key=value`, "" for a bare `key`, NULL when it is absent.
 */
void cmdline_init(const char *text);
const char *cmdline_get(const char *key);
const char *cmdline_text(void);			/* as the loader gave it, for /proc/cmdline */
const char *const *cmdline_init_arguments(unsigned *count);	/* the words after `--` */

/* The chart of phases in the log: called when the named phase, or part of the next phase, has ended. */
void boot_phase(const char *name);
void boot_part(const char *name);

#endif
