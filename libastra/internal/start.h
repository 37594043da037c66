/*
 * The start of a program: what the pieces in start/ share. All fields are written once, before main, by one thread.
 */
#ifndef INTERNAL_START_H
#define INTERNAL_START_H

#include <elf.h>
#include <stdint.h>

typedef void (*initializer)(int, char **, char **);

struct program_arrays {
	initializer *preinit, *preinit_end, *init, *init_end, *fini, *fini_end;
};

extern const Elf64_auxv_t *__auxv __attribute__((visibility("hidden")));

/* Number of the thread that ends the process, or 0. */
extern int __exiting __attribute__((visibility("hidden")));

/* Makes the thread control block of a program without a dynamic linker. Ends the process when memory is missing. */
void __static_tls_setup(const Elf64_auxv_t *auxv) __attribute__((visibility("hidden")));

#endif
