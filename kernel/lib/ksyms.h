/* Names of the kernel's own functions, for backtraces. */
#ifndef LIB_KSYMS_H
#define LIB_KSYMS_H

#include "lib/types.h"

/*
 * The symbol that the address lies in, and how far in. NULL outside the kernel's symbols, and for a kernel that
 * was linked without a table. The name lives forever. Any context, panic included: reads constant data alone.
 */
const char *ksyms_lookup(u64 address, u64 *offset);

#endif
