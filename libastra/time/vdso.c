/*
 * Finding a function in the vDSO that the kernel has mapped (AT_SYSINFO_EHDR): it is a shared object at its final place, so that
 * its dynamic section is enough. The kernel made it; it is trusted as the kernel is. Nothing is kept here: callers remember.
 */
#include "vdso.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

struct image {
	uintptr_t base;			/* what is added to its addresses */
	const Elf64_Dyn *dynamic;
	const Elf64_Sym *symbols;
	const char *strings;
	const uint32_t *hash;		/* DT_HASH: buckets, then the number of symbols */
};

static void find_dynamic(struct image *i, const Elf64_Ehdr *header)
{
	const Elf64_Phdr *p = (const Elf64_Phdr *)((uintptr_t)header + header->e_phoff);
	int loads = 0;

	for (int n = 0; n < header->e_phnum; n++, p++) {
		if (p->p_type == PT_LOAD && loads++ == 0)
			i->base = (uintptr_t)header + p->p_offset - p->p_vaddr;
		else if (p->p_type == PT_DYNAMIC)
			i->dynamic = (const Elf64_Dyn *)((uintptr_t)header + p->p_offset);
	}
}

static void read_dynamic(struct image *i)
{
	for (const Elf64_Dyn *d = i->dynamic; d->d_tag != DT_NULL; d++) {
		const void *at = (const void *)(i->base + d->d_un.d_ptr);

		if (d->d_tag == DT_SYMTAB)
			i->symbols = at;
		else if (d->d_tag == DT_STRTAB)
			i->strings = at;
		else if (d->d_tag == DT_HASH)
			i->hash = at;
	}
}

void *__vdso_function(const char *name)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)getauxval(AT_SYSINFO_EHDR);
	struct image i = { 0 };

	if (!header)
		return NULL;
	find_dynamic(&i, header);
	if (!i.dynamic)
		return NULL;
	read_dynamic(&i);
	for (uint32_t n = 1; i.symbols && i.strings && i.hash && n < i.hash[1]; n++) {
		const Elf64_Sym *s = &i.symbols[n];

		if (s->st_shndx != SHN_UNDEF && ELF64_ST_TYPE(s->st_info) == STT_FUNC && !strcmp(i.strings + s->st_name, name))
			return (void *)(i.base + s->st_value);
	}
	return NULL;
}
