/* The loaded objects as a debugger sees them: the SVR4 interface that ld-astra keeps. */
#ifndef _LINK_H
#define _LINK_H

#include <elf.h>
#include <features.h>
#include <stddef.h>

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

__ASTRA_END_DECLS

#endif
