/*
 * What ld-astra and libastra agree on: the thread control block that FS points at (x86-64 psABI, TLS variant II),
 * and how a program starts. The kernel does not know it.
 *
 * Start: ld-astra enters the program's ELF entry point with the kernel's stack untouched and in RDX the address of
 * its own finaliser, to be called at exit. A program without an interpreter finds zero there, and makes its own thread
 * control block and runs its own constructors.
 *
 * Loading at run time: ld-astra exports __rtld_functions, which is all that libastra's dlfcn family is made of. libastra
 * refers to it weakly: its address is zero in a program without an interpreter. Every function may be called from any
 * thread, also from constructors and destructors; they take ld-astra's lock themselves. `error` is the caller's buffer of
 * RTLD_ERROR_SIZE bytes; it gets one line without a newline when the function fails.
 */
#ifndef ABI_RTLD_H
#define ABI_RTLD_H

#include <stddef.h>
#include <stdint.h>

#define ARCH_SET_FS 0x1002
#define RTLD_ERROR_SIZE 1024

/*
 * [I] immutable after the start, [T] its own thread, [L] ld-astra's lock. Offsets 0, 8 and 0x28 are the psABI's or known
 * to assembly. ld-astra owns what `dtv` points at: other threads write there under its lock, when a library goes.
 */
struct tcb {
	struct tcb *self;		/* [I] what %fs:0 reads */
	uintptr_t *dtv;			/* [T] dtv[0] count of modules, dtv[n] address of module n's block */
	struct tcb *next_thread;	/* [L] ld-astra's list of all threads */
	size_t block_size;		/* [I] of the mapping at `block` */
	uintptr_t reserved;
	uintptr_t stack_guard;		/* [I] compilers read %fs:0x28 */
	int tid;			/* [I] kernel's thread number */
	int pad;
	void *block;			/* [I] start of the mapping that holds TLS and this structure; NULL: never given back */
};

struct dl_phdr_info;

/* The functions' types: no object of this type exists. */
struct rtld_functions {
	/* A reference to the library `name` (NULL: the program), or NULL; `caller` is an address in who asks. */
	void *(*open)(const char *name, int mode, const void *caller, char *error);
	/* Gives one reference back; 0, or -1 when `handle` is not one. */
	int (*close)(void *handle, char *error);
	/* *result is the address of a symbol, version NULL for the default one; 0, or -1 when there is none. */
	int (*symbol)(void *handle, const char *name, const char *version, const void *caller, void **result, char *error);
	/* Fills a Dl_info; 0 when the address lies in no object. */
	int (*address)(const void *address, void *info);
	/* Calls `visit` for each object until it answers other than 0, which becomes the result. */
	int (*iterate)(int (*visit)(struct dl_phdr_info *, size_t, void *), void *data);
	/* The calling thread's copy of the variable at `index`, which is the psABI's pair of module and offset. */
	void *(*variable)(const uintptr_t index[2]);
	/* Thread-local storage and control block of a thread to be; NULL without memory. The creator sets `tid`. */
	struct tcb *(*make_thread)(void);
	/* Frees them; no thread may use them any more. */
	void (*free_thread)(struct tcb *tcb);
	/* Makes the variables of a thread that has ended fresh again, for another one to be. */
	void (*renew_thread)(struct tcb *tcb);
	/* ld-astra's own lock, recursive: held around fork, so that the child finds its data whole. */
	void (*lock)(void);
	void (*unlock)(void);
};

/* Their names, in the order of the table. */
#define RTLD_FUNCTIONS(F) \
	F(open) F(close) F(symbol) F(address) F(iterate) F(variable) F(make_thread) F(free_thread) F(renew_thread) F(lock) F(unlock)

/* The table: how far from it each function begins, so that it is read-only and needs no relocation. */
#define RTLD_OFFSET(name) int32_t name;
struct rtld_table {
	RTLD_FUNCTIONS(RTLD_OFFSET)
};
#undef RTLD_OFFSET

extern const struct rtld_table __rtld_functions __attribute__((weak));

/* The function NAME of the table, which must be there. */
#define RTLD(name) \
	((__typeof__(((struct rtld_functions *)0)->name))((uintptr_t)&__rtld_functions + (uintptr_t)__rtld_functions.name))

_Static_assert(__builtin_offsetof(struct tcb, dtv) == 8, "ld-astra's TLS descriptors use %fs:8");
_Static_assert(__builtin_offsetof(struct tcb, stack_guard) == 0x28, "compilers use %fs:0x28");

#endif
