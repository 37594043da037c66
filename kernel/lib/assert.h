/* Broken invariants of the kernel itself. Never for what a program, an archive or a device can cause. */
#ifndef LIB_ASSERT_H
#define LIB_ASSERT_H

#include "lib/types.h"

/* Print the message, a symbolised backtrace of every CPU, and end the machine with its panic status. Any context. */
void panic(const char *format, ...) __printf(1, 2) __noreturn;

#define ASSERT(cond) \
	do { \
		if (unlikely(!(cond))) \
			panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #cond); \
	} while (0)

#endif
