/*
 * The page of clock data that the kernel writes and every program reads through the vDSO: a sequence lock. The writer
 * makes `sequence` odd, changes, makes it even; a reader starts again when it was odd or has changed.
 */
#ifndef ABI_VDSO_DATA_H
#define ABI_VDSO_DATA_H

#include <stdint.h>

enum vdso_mode {
	VDSO_CALL = 0,			/* the source cannot be read in ring 3: ask the kernel */
	VDSO_TSC  = 1,
};

#define VDSO_SHIFT 32
#define COARSE_RESOLUTION_NS 4000000		/* clock_getres(2) of the coarse clocks: a tick */

struct vdso_data {
	uint32_t sequence;
	uint32_t mode;			/* enum vdso_mode */
	uint64_t ticks;			/* the TSC's reading … */
	uint64_t ns;			/* … when CLOCK_MONOTONIC showed this */
	uint64_t mult;			/* ns a tick, << VDSO_SHIFT */
	uint64_t realtime_offset;	/* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
	uint32_t cpu_by_rdtscp;		/* RDTSCP says the number of the CPU; else ask the kernel. Set once, at boot */
};

#endif
