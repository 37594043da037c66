/*
 * ld-astra, the dynamic linker: shared declarations.
 *
 * Rules of an object:
 *  - it is made by map.c (from a file) or stage1.c (what the kernel mapped); those of the start live as long as the
 *    process, those of dlopen until unload.c finds nobody who needs them;
 *  - every pointer in it was checked to lie inside a loaded segment of its own image before it was stored;
 *  - `objects` is the list in load order: the program, preloaded libraries, breadth-first dependencies, ld-astra itself
 *    (so that its own symbols can be found), then what dlopen brought;
 *  - symbols are looked for in `global_scope`, then in the object's own scope, the group that dlopen loaded it with;
 *  - until the first constructor everything runs on the initial thread without a lock; after that, all that this header
 *    declares, but object_name and what only reads immutable fields, needs the lock of lock.c.
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

/* Values of the ELF and GNU specifications that <elf.h> need not have. */
enum {
	TAG_BIND_NOW = 24,
	FLAG_SYMBOLIC = 2, FLAG_BIND_NOW = 8, FLAG_STATIC_TLS = 16,		/* DT_FLAGS */
	FLAG1_NOW = 1, FLAG1_NODELETE = 8, FLAG1_PIE = 0x08000000,		/* DT_FLAGS_1 */
	VISIBILITY_INTERNAL = 1, VISIBILITY_HIDDEN = 2, VISIBILITY_PROTECTED = 3,
};

/* Relocations that compilers seldom write, psABI. */
#define R_X86_64_PC64   24
#define R_X86_64_SIZE64 33

/* A version that an object defines or wants, by its index in DT_VERSYM. */
struct version {
	const char *name;		/* NULL: no such index */
	uint32_t hash;
};

/* A list of objects in the order of search. */
struct scope {
	struct object **list;
	size_t count, room;
};

/* DT_GNU_HASH, checked: the arrays lie inside the image. */
struct gnu_table {
	const uint64_t *bloom;		/* NULL: no such table */
	const uint32_t *bucket, *chain;
	uint32_t buckets, first, words, shift;
	size_t chain_limit;
};

/* DT_HASH, likewise. */
struct sysv_table {
	const uint32_t *bucket, *chain;	/* NULL: no such table */
	uint32_t buckets, chains;
};

/*
 * [I] written before the object is in `objects`, or before its first constructor; [L] ld-astra's lock.
 */
struct object {
	struct link_map map;		/* [L] first: gdb walks these */
	struct object *next;		/* [L] load order */
	struct arena *arena;		/* [I] memory of this structure and all it points at */
	const char *soname;		/* [I] DT_SONAME or NULL */
	const char *asked_name;		/* [I] the name that brought it in, or NULL */
	uint32_t soname_hash, asked_hash;	/* [I] their GNU hashes */
	const char *origin;		/* [L] directory for $ORIGIN; NULL when not known yet */
	struct object *wanted_by;	/* [L] who asked for it first; NULL for the program, or when that one is gone */
	dev_t dev;			/* [I] with ino: the file, so that two names give one object; 0 when not known */
	ino_t ino;			/* [I] */

	uintptr_t base;			/* [I] load address - link address */
	uintptr_t start, end;		/* [I] the whole pages that its segments span */
	const Elf64_Phdr *phdr;		/* [I] */
	size_t phnum;			/* [I] */
	const Elf64_Phdr *first;	/* [I] the first loaded segment, which holds most of the tables below */
	const Elf64_Dyn *dynamic;	/* [I] */
	size_t dynamic_count;		/* [I] */

	const char *strings;		/* [I] DT_STRTAB, ends with a NUL */
	size_t strings_size;		/* [I] */
	const Elf64_Sym *symbols;	/* [I] */
	size_t symbol_limit;		/* [I] no index at or beyond it is inside the segment */
	struct gnu_table gnu;		/* [I] */
	struct sysv_table sysv;		/* [I] */
	const uint16_t *versym;		/* [I] symbol_limit entries */
	struct version *versions;	/* [I] */
	size_t version_count;		/* [I] */

	const Elf64_Rela *rela, *plt_rela;	/* [I] */
	size_t rela_count, plt_rela_count;	/* [I] */
	const uint64_t *relr;		/* [I] */
	size_t relr_count;		/* [I] */
	uintptr_t plt_got;		/* [I] link address of DT_PLTGOT's three words; 0: no lazy binding */
	const Elf64_Phdr *writable;	/* [L] the segment that took the last relocation: where to look first */

	uintptr_t init, fini;		/* [I] addresses; 0 when absent */
	const uintptr_t *preinit_array, *init_array, *fini_array;	/* [I] */
	size_t preinit_count, init_count, fini_count;			/* [I] */

	const char *rpath, *runpath;	/* [I] */
	struct object **needed;		/* [I] direct dependencies, in DT_NEEDED order */
	size_t needed_count;		/* [I] */
	size_t needed_room;		/* [I] entries of DT_NEEDED, before which of them are there is known */
	struct scope bound;		/* [L] objects of dlopen that its symbols were bound to without needing them */
	struct scope group;		/* [L] it and its dependencies, breadth first; made by its first dlopen */
	struct scope *scope;		/* [I] where it looks after global_scope; NULL for those of the start */

	size_t tls_module;		/* [I] 1…; 0 without PT_TLS */
	const Elf64_Phdr *tls;		/* [I] */
	size_t tls_offset;		/* [L] its block starts at thread pointer - tls_offset; 0: allocated on first use */
	size_t tls_before;		/* [L] how much of the surplus was in use before this one */

	uintptr_t relro;		/* [I] read-only after relocation */
	size_t relro_size;		/* [I] */

	size_t open_count;		/* [L] dlopen less dlclose */
	bool permanent;			/* [L] of the start, or RTLD_NODELETE */
	bool global;			/* [L] in global_scope */
	bool symbolic;			/* [I] DT_SYMBOLIC: own symbols first */
	bool deep;			/* [I] RTLD_DEEPBIND: own scope before the global one */
	bool bind_now, static_tls, is_program;	/* [I] what its DT_FLAGS say */
	bool writable_tables;		/* [I] a relocation could hit the tables above: each must be checked */
	bool marked, doomed;		/* [L] for walks; found unneeded, its destructors run */
	bool init_visited;		/* [L] */
	struct object *init_next;	/* [L] order in which constructors ran, newest first */
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
	bool bind_now;			/* LD_BIND_NOW */
	bool list;			/* print what would be loaded, for ldd */
	const char *library_path, *preload;
};

/* What libastra may call, abi/rtld.h says what each does: rtld_open and so on, by the names of the table. */
#define DECLARE(name) __typeof__(*((struct rtld_functions *)0)->name) rtld_##name;
RTLD_FUNCTIONS(DECLARE)
#undef DECLARE

extern struct start_info start_info;
extern struct object *objects;		/* the list; never empty after stage 1 */
extern struct object *program, *self;
extern struct scope global_scope;
extern struct object *constructed;	/* by init_next, newest first */
extern unsigned long long objects_added, objects_removed;
extern bool list_incomplete;		/* ldd: something is missing */

/* message.c */
/* Ends the innermost attempt(), or else the process with status 127. The strings are joined, the last argument is NULL. */
_Noreturn void die(const char *first, ...) __attribute__((sentinel));
/* Runs work(context); false when it died, with its words in `error` (RTLD_ERROR_SIZE bytes). Nests. */
bool attempt(void (*work)(void *context), void *context, char *error);
/* Puts the joined strings into `error`, cut when they are too long. */
void set_error(char *error, const char *first, ...) __attribute__((sentinel));
void say(int fd, const char *text);
const char *object_name(const struct object *object);

/* memory.c: zeroed memory of the arena in use, given back with the whole arena; dies when there is none. */
void *allocate(size_t size);
void memory_setup(void);	/* before all others */
char *join(const char *a, size_t a_length, const char *b, size_t b_length);
struct arena *arena_new(void);
struct arena *arena_use(struct arena *arena);	/* returns the one that was in use */
struct arena *arena_in_use(void);
void arena_hold(struct arena *arena);
void arena_release(struct arena *arena);	/* the last holder's release frees it */
void *map_memory(size_t size);			/* pages of their own; NULL when there are none */
void scope_add(struct scope *scope, struct object *object);
void scope_remove(struct scope *scope, const struct object *object);
bool scope_has(const struct scope *scope, const struct object *object);

/* lock.c: rtld_lock and rtld_unlock; recursive; before thread-local storage exists they must not be used. */

/* Whether a loaded segment holds the link addresses. Its size is below 2^47, so an address in front of it is too far as well. */
static inline bool segment_holds(const Elf64_Phdr *segment, uintptr_t address, size_t size)
{
	uintptr_t inside = address - segment->p_vaddr;

	return inside <= segment->p_memsz && size <= segment->p_memsz - inside;
}

/* image.c: the address of `size` bytes at link address `address`, or NULL when no segment with `flags` holds them all. */
void *image_range(const struct object *object, uintptr_t address, size_t size, uint32_t flags);
size_t image_room(const struct object *object, uintptr_t address);
void check_segments(const char *name, const Elf64_Phdr *phdr, size_t count, uint64_t file_size);
struct object *object_at(uintptr_t address);	/* whose segments hold the address, or NULL */
bool is_code(const struct object *hint, uintptr_t address);

/* map.c, dynamic.c, hash.c, version.c */
struct stat;
void stat_file(int fd, const char *path, struct stat *status);
struct object *map_object(int fd, const struct stat *status, const char *path, struct object *wanted_by, uintptr_t *entry);
void find_dynamic(struct object *object);
void set_span(struct object *object);
void abandon_mapping(void);
void parse_dynamic(struct object *object);
void parse_gnu_hash(struct object *object, uint64_t address);
void parse_sysv_hash(struct object *object, uint64_t address);
size_t symbol_count(const struct object *object);
void parse_versions(struct object *object);
void check_wanted_versions(const struct object *object);

/* stage2_load.c */
void add_object(struct object *object);
struct object *load(const char *name, struct object *wanted_by);
struct object *loaded_already(const char *name, struct object *wanted_by);
void load_needed(struct object *object);
void abandon_load(void);

/* search.c: opens a library by the search order; dies with what was tried. *path is where it was found. */
int open_library(const char *name, struct object *wanted_by, const char **path);
const char *directory_of(const char *path);

/* symbol.c, hash.c */
struct symbol {
	const Elf64_Sym *sym;		/* NULL: not found */
	struct object *object;
};

/* What is looked for; its GNU hash is made once for all objects, the old one where an object has no other table. */
struct query {
	const char *name;
	uint32_t gnu;
	const struct version *version;	/* NULL: the default one */
	bool for_call;			/* a program's own PLT entry, the address of an undefined function, does not count */
};

enum resolve_how { FOR_DATA, FOR_CALL, FOR_COPY };	/* FOR_COPY leaves out the object itself */

struct query make_query(const char *name, const struct version *version);
uint32_t gnu_hash_of(const char *name);
uint32_t sysv_hash_of(const char *name);
const Elf64_Sym *find_in(const struct object *object, const struct query *query);

/* Most objects do not have a name: their table's Bloom filter says so at once. False when it surely is not there. */
static inline bool may_have(const struct object *object, const struct query *query)
{
	const struct gnu_table *table = &object->gnu;
	uint64_t word;

	if (!table->bloom)
		return true;
	word = table->bloom[(query->gnu / 64) & (table->words - 1)];
	return (word >> (query->gnu & 63)) & (word >> ((query->gnu >> table->shift) & 63)) & 1;
}

struct symbol find_in_scope(const struct scope *scope, const struct query *query, const struct object *after);
struct symbol find_from(struct object *from, const struct query *query, const struct object *skipped);
/* The definition for symbol `index` of `object`. Dies when a strong reference has none. */
struct symbol resolve(struct object *object, size_t index, enum resolve_how how);
uintptr_t symbol_address(const struct symbol *symbol);

/* relocate.c, lazy.c */
void *relocation_target(struct object *object, uint64_t address, size_t size);
void relocate(struct object *object, bool now);
void protect(const struct object *object);
void relocate_all(void);
void lazy_setup(void);
bool lazy_allowed(struct object *object, bool now);
void lazy_connect(struct object *object);
uintptr_t lazy_bind(struct object *object, size_t index);

/* tls.c, tls_dynamic.c */
struct tls_index {
	uintptr_t module, offset;
};

extern size_t tls_module_count;
void setup_tls(void);
void tls_register(struct object *object);	/* gives it a module number */
void tls_unregister(struct object *object);
bool tls_make_static(struct object *object);	/* a place at a fixed offset in every thread; false: no room */
struct object *tls_owner(size_t module);
struct tcb *tls_make_thread(void);
void tls_free_thread(struct tcb *tcb);
void tls_renew_thread(struct tcb *tcb);
void tls_free_block(uintptr_t block);
void tls_free_table(struct tcb *tcb);
void tls_forget(struct object *object);
extern struct tcb *threads;
EXPORT void *__tls_get_addr(const struct tls_index *index);

/* The stages, and what comes after them. */
void stage0_relocate(uintptr_t base, const Elf64_Dyn *dynamic);
uintptr_t stage1(uintptr_t *stack, uintptr_t base, const Elf64_Dyn *dynamic);
void load_dependencies(void);
void construct(struct object *object);
void run_constructors(void);
void destruct(struct object *object);
void run_destructors(void);
_Noreturn void list_objects(void);
void unload_unneeded(void);
void forget_object(struct object *object);
void debug_setup(uintptr_t own_base);
void debug_changing(int state);
void debug_changed(void);
bool is_object(const void *pointer);
bool is_handle(const void *handle);	/* an object that is not about to go */

/* entry.S, lazy_entry.S */
extern char tlsdesc_static[], tlsdesc_dynamic[], lazy_entry[];
extern uint32_t vector_mask;
extern size_t vector_size;

#endif
