/*
 * Stage 0: relocates ld-astra itself. Nothing may be used yet: no global that needs a relocation, no call to another
 * file, no string. ld-astra is linked so that only R_X86_64_RELATIVE entries could exist, and written so that there are none:
 * a table of pointers or an initialised variable would cost a page, a mapping and its protection in each start of a program.
 */
#include "rtld.h"

void stage0_relocate(uintptr_t base, const Elf64_Dyn *dynamic)
{
	uintptr_t rela = 0, size = 0;

	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		if (dynamic->d_tag == DT_RELA)
			rela = base + dynamic->d_un.d_ptr;
		else if (dynamic->d_tag == DT_RELASZ)
			size = dynamic->d_un.d_val;
	}
	for (const Elf64_Rela *r = (const Elf64_Rela *)rela; (uintptr_t)r < rela + size; r++) {
		if (ELF64_R_TYPE(r->r_info) != R_X86_64_RELATIVE)
			__builtin_trap();
		*(uintptr_t *)(base + r->r_offset) = base + (uintptr_t)r->r_addend;
	}
}
