/* The loaded objects as a debugger sees them: the SVR4 interface that ld-astra keeps. */
#ifndef _LINK_H
#define _LINK_H

#include <elf.h>
#include <features.h>
#include <stddef.h>

#define ElfW(type) Elf64_##type

__ASTRA_BEGIN_DECLS

struct link_map {
	Elf64_Addr l_addr;		/* load address - link address */
	char *l_name;			/* path; "" for the program */
	Elf64_Dyn *l_ld;		/* dynamic section */
	struct link_map *l_next, *l_prev;
};

struct r_debug {
	int r_version;			/* 1 */
	struct link_map *r_map;
	Elf64_Addr r_brk;		/* called after every change of the list */
	enum { RT_CONSISTENT, RT_ADD, RT_DELETE } r_state;
	Elf64_Addr r_ldbase;		/* the linker's own load address */
};

struct dl_phdr_info {
	Elf64_Addr dlpi_addr;		/* load address - link address */
	const char *dlpi_name;		/* path; "" for the program */
	const Elf64_Phdr *dlpi_phdr;
	Elf64_Half dlpi_phnum;
	unsigned long long dlpi_adds, dlpi_subs;	/* how many objects came and went since the start */
	size_t dlpi_tls_modid;		/* number of its thread-local segment; 0 without one */
	void *dlpi_tls_data;		/* the calling thread's block of it, or NULL while it has none */
};

/**
 * Calls `visit` for each loaded object, the program first, until it answers other than 0; returns its last answer. The
 * list does not change meanwhile, and `info` is valid during the call only; `size` is that of the structure.
 */
int dl_iterate_phdr(int (*visit)(struct dl_phdr_info *info, size_t size, void *data), void *data);

__ASTRA_END_DECLS

#endif
