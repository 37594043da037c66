/* The dispatch table of system calls (table.c), for the entry code and whoever asks about a number. */
#ifndef SYS_TABLE_H
#define SYS_TABLE_H

#include "lib/types.h"

struct regs;

#define SYSCALL_LIMIT 512		/* rows; a number at or above it exists nowhere */

/* Every call that does not go straight to its handler: numbers out of range, and threads that are traced. Returns rax. */
long syscall_slow(struct regs *regs);

#endif
