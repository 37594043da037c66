/* dl_iterate_phdr: ld-astra's list, or the one object of a static program, which AT_PHDR describes. Any thread. */
#include <link.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "../../abi/rtld.h"

static int visit_static(int (*visit)(struct dl_phdr_info *, size_t, void *), void *data)
{
	struct dl_phdr_info info = {
		.dlpi_name = "",
		.dlpi_phdr = (const Elf64_Phdr *)getauxval(AT_PHDR),
		.dlpi_phnum = (Elf64_Half)getauxval(AT_PHNUM),
		.dlpi_adds = 1,
	};

	for (size_t i = 0; i < info.dlpi_phnum; i++) {
		if (info.dlpi_phdr[i].p_type == PT_PHDR)
			info.dlpi_addr = (Elf64_Addr)info.dlpi_phdr - info.dlpi_phdr[i].p_vaddr;
	}
	return visit(&info, sizeof(info), data);
}

int dl_iterate_phdr(int (*visit)(struct dl_phdr_info *, size_t, void *), void *data)
{
	return &__rtld_functions ? RTLD(iterate)(visit, data) : visit_static(visit, data);
}
