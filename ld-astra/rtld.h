/*
 * ld-astra, the dynamic linker: shared declarations.
 *
 * Rules of an object:
 *  - it is made by map.c (from a file) or stage1.c (what the kernel mapped), and lives as long as the process;
 *  - every pointer in it was checked to lie inside a loaded segment of its own image before it was stored;
 *  - `objects` is the list in load order, which is the order of symbol search: the program, preloaded libraries, then
 *    breadth-first dependencies; ld-astra itself is in the list so that its own symbols can be found;
 *  - everything here runs on the initial thread, before the program: there are no locks.
 */
#ifndef RTLD_H
#define RTLD_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "../abi/rtld.h"
#include "syscall.h"

#define PAGE_SIZE 4096ul
#define EXPORT    __attribute__((visibility("default")))

/* A version that an object defines or wants, by its index in DT_VERSYM. */
struct version {
	const char *name;		/* NULL: no such index */
	uint32_t hash;
};

struct object {
	struct link_map map;		/* first: gdb walks these */
	struct object *next;		/* load order */
	const char *soname;		/* DT_SONAME or NULL */
	const char *asked_name;		/* the DT_NEEDED string that brought it in, or NULL */
	const char *origin;		/* directory for $ORIGIN, or NULL when not known */
	struct object *wanted_by;	/* who asked for it first; NULL for the program */
	dev_t dev;			/* with ino: the file, so that two names give one object; 0 when not known */
	ino_t ino;

	uintptr_t base;			/* load address - link address */
	const Elf64_Phdr *phdr;
	size_t phnum;
	const Elf64_Dyn *dynamic;
	size_t dynamic_count;

	const char *strings;		/* DT_STRTAB, ends with a NUL */
	size_t strings_size;
	const Elf64_Sym *symbols;
	size_t symbol_limit;		/* no index at or beyond it is inside the segment */
	const uint32_t *gnu_hash, *sysv_hash;
	const uint16_t *versym;
	struct version *versions;
	size_t version_count;

	const Elf64_Rela *rela, *plt_rela;
	size_t rela_count, plt_rela_count;
	const uint64_t *relr;
	size_t relr_count;

	uintptr_t init, fini;		/* addresses; 0 when absent */
	const uintptr_t *preinit_array, *init_array, *fini_array;
	size_t preinit_count, init_count, fini_count;

	const char *rpath, *runpath;
	struct object **needed;		/* direct dependencies, in DT_NEEDED order */
	size_t needed_count;

	size_t tls_module;		/* 1…; 0 without PT_TLS */
	const Elf64_Phdr *tls;
	size_t tls_offset;		/* its block starts at thread pointer - tls_offset */

	uintptr_t relro;		/* read-only after relocation */
	size_t relro_size;

	bool symbolic;			/* DT_SYMBOLIC: own symbols first */
	bool init_visited;
	struct object *init_next;	/* order in which constructors ran, newest first */
};

/* What the kernel and the user told us; filled by stage1.c, read-only afterwards. */
struct start_info {
	int argc;
	char **argv, **envp;
	Elf64_auxv_t *auxv;
	const Elf64_Phdr *phdr;
	size_t phnum;
	uintptr_t entry, random;
	const char *exec_name;
	bool secure;			/* AT_SECURE: the environment is an enemy's */
	const char *library_path, *preload;
};

extern struct start_info start_info;
extern struct object *objects;		/* the list; never empty after stage 1 */
extern struct object *program, *self;

/* message.c: ends the process with status 127; the strings are joined, the last argument is NULL. */
_Noreturn void die(const char *first, ...) __attribute__((sentinel));
const char *object_name(const struct object *object);

/* memory.c: zeroed memory that is never given back; dies when there is none. */
void *allocate(size_t size);
char *join(const char *a, size_t a_length, const char *b, size_t b_length);

/* image.c: the address of `size` bytes at link address `address`, or NULL when no segment with `flags` holds them all. */
void *image_range(const struct object *object, uintptr_t address, size_t size, uint32_t flags);
size_t image_room(const struct object *object, uintptr_t address);
void check_segments(const char *name, const Elf64_Phdr *phdr, size_t count, uint64_t file_size);

/* map.c, dynamic.c, version.c */
struct object *map_object(int fd, const char *path, struct object *wanted_by, uintptr_t *entry);
void parse_dynamic(struct object *object);
void parse_versions(struct object *object);
void check_wanted_versions(const struct object *object);
void add_object(struct object *object);

/* search.c: opens a library by the search order; dies with what was tried. *path is where it was found. */
int open_library(const char *name, const struct object *wanted_by, const char **path);
const char *directory_of(const char *path);

/* symbol.c */
struct symbol {
	const Elf64_Sym *sym;		/* NULL: not found */
	struct object *object;
};

uint32_t gnu_hash_of(const char *name);
/* The definition for symbol `index` of `object`; skip_self for COPY. Dies when a strong reference has none. */
struct symbol resolve(struct object *object, size_t index, bool skip_self);
uintptr_t symbol_address(const struct symbol *symbol);

/* The stages. */
void stage0_relocate(uintptr_t base, const Elf64_Dyn *dynamic);
uintptr_t stage1(uintptr_t *stack, uintptr_t base, const Elf64_Dyn *dynamic);
void load_dependencies(void);
void relocate_all(void);
void setup_tls(void);
void run_constructors(void);
void run_destructors(void);
void debug_setup(uintptr_t own_base);
void debug_changed(void);
extern char tlsdesc_static[];

#endif
