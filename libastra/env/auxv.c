/* The auxiliary vector; read-only after the start of the program. */
#include <errno.h>
#include <sys/auxv.h>

#include "start.h"

unsigned long getauxval(unsigned long type)
{
	for (const Elf64_auxv_t *entry = __auxv; entry->a_type != AT_NULL; entry++) {
		if (entry->a_type == type)
			return entry->a_un.a_val;
	}
	errno = ENOENT;
	return 0;
}
