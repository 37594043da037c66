/*
 * A machine's physical memory for host tests: a reservation of address space that the direct map points at, and a
 * boot_info with a memory map over it. Untouched frames cost nothing, so a machine of many GiB is as good as a small one.
 */
#ifndef FAKE_MEMORY_H
#define FAKE_MEMORY_H

#include <stdlib.h>
#include <sys/mman.h>

#include "abi/boot_info.h"
#include "lib/types.h"
#include "mm/frame.h"

#define FAKE_MEMORY_SIZE GIB(16)

/* Give a map of `count` ranges to frame_init. Earlier memory is thrown away. */
static inline void fake_memory_boot(const struct boot_mem_range *map, u64 count)
{
	static struct boot_info info;
	static char *reserved;

	if (reserved)
		munmap(reserved, FAKE_MEMORY_SIZE + GIB(1));
	reserved = mmap(NULL, FAKE_MEMORY_SIZE + GIB(1), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (reserved == MAP_FAILED)
		abort();
	info.direct_map = ALIGN_UP((u64)reserved, GIB(1));
	info.direct_map_size = FAKE_MEMORY_SIZE;
	info.memory_map = (u64)map - info.direct_map;	/* anywhere in this process, by wrap-around */
	info.memory_map_count = count;
	frame_init(&info);
}

#endif
