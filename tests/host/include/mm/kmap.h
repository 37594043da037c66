/* Stands before kernel/mm/kmap.h in tests on the build machine: the map lies where the test reserved addresses for it. */
#ifndef HOST_MM_KMAP_H
#define HOST_MM_KMAP_H

#include "../../../../kernel/mm/kmap.h"

#undef KMAP_BASE
#undef KMAP_SIZE
extern u64 host_kmap_base, host_kmap_size;
#define KMAP_BASE host_kmap_base
#define KMAP_SIZE host_kmap_size

#endif
