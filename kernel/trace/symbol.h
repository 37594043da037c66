/* Names for a program's addresses, from the ELF files that it has mapped. Task context, no lock held. */
#ifndef TRACE_SYMBOL_H
#define TRACE_SYMBOL_H

#include "lib/types.h"

/*
 * Where in the current program `address` lies, into `buf`: "function+0x12 (/bin/prog+0x1140)", as far as it is known: the function
 * comes from the file's symbol tables, the offset counts from where the file was loaded in its own addresses. An address that no
 * file backs is only a number. `code` is false when the address is not executable.
 */
void symbol_describe(u64 address, char *buf, size_t size, bool *code);

#endif
