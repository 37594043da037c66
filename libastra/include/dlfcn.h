/*
 * Loading libraries at run time. Every function may be called from any thread, also from constructors and destructors.
 * A program without a dynamic linker cannot load anything: dlopen fails, and dlerror says so.
 */
#ifndef _DLFCN_H
#define _DLFCN_H

#include <features.h>

__ASTRA_BEGIN_DECLS

#define RTLD_LOCAL    0			/* its symbols serve only itself and what it needs */
#define RTLD_LAZY     1			/* functions may be looked up at their first call */
#define RTLD_NOW      2			/* all symbols are looked up before dlopen returns */
#define RTLD_NOLOAD   4			/* no loading: NULL, without an error, when it is not there */
#define RTLD_DEEPBIND 8			/* it prefers its own group's symbols to the program's */
#define RTLD_GLOBAL   0x100		/* its symbols serve all objects that are loaded later */
#define RTLD_NODELETE 0x1000		/* dlclose leaves it in memory */

#define RTLD_DEFAULT ((void *)0)
#define RTLD_NEXT    ((void *)-1l)

typedef struct {
	const char *dli_fname;		/* the object's path; valid until it is unloaded, as is dli_sname */
	void *dli_fbase;		/* where it is mapped */
	const char *dli_sname;		/* the symbol that holds the address, or NULL */
	void *dli_saddr;		/* that symbol's address, or NULL */
} Dl_info;

/**
 * Loads a library and what it needs, runs their constructors, and returns a handle: one reference, for dlclose. A `file`
 * with a slash is a path, otherwise it is searched for: DT_RPATH or LD_LIBRARY_PATH, DT_RUNPATH of the caller, /lib,
 * /usr/lib. NULL as `file` is the program and all that is loaded for all. `mode` holds RTLD_LAZY or RTLD_NOW, and any of
 * the others. NULL on failure; dlerror says what is missing, who wanted it and where it was looked for.
 */
void *dlopen(const char *file, int mode);

/** Gives a reference back; a library that nobody needs any more runs its destructors and goes. 0, or -1 and dlerror. */
int dlclose(void *handle);

/**
 * The address of a symbol of the handle's library or of what it needs; RTLD_DEFAULT searches as the caller's own
 * references are, RTLD_NEXT behind the caller's library. NULL when there is none (dlerror says so), or when it is there
 * and its address is zero. Of a thread-local variable it is the calling thread's.
 */
void *dlsym(void *restrict handle, const char *restrict name);

/** The same for one version of the symbol. */
void *dlvsym(void *restrict handle, const char *restrict name, const char *restrict version);

/** What failed since the last call, in this thread; NULL when nothing did. The text lasts until the next dl call. */
char *dlerror(void);

/** Which library and symbol hold the address; 0, without an error, when none does. */
int dladdr(const void *address, Dl_info *info);

__ASTRA_END_DECLS

#endif
