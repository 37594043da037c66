/* The auxiliary vector that the kernel gave the program. */
#ifndef _SYS_AUXV_H
#define _SYS_AUXV_H

#include <elf.h>
#include <features.h>

__ASTRA_BEGIN_DECLS

/* The value of an entry (AT_PAGESZ …), or 0 with errno ENOENT. */
unsigned long getauxval(unsigned long type);

__ASTRA_END_DECLS

#endif
