/* The machine's memory, load and uptime. */
#ifndef _SYS_SYSINFO_H
#define _SYS_SYSINFO_H

#include <features.h>

__ASTRA_BEGIN_DECLS

struct sysinfo {
	long uptime;			/* seconds */
	unsigned long loads[3];		/* 1, 5, 15 minutes; fixed point with 16 bits of fraction */
	unsigned long totalram, freeram, sharedram, bufferram;	/* units of mem_unit bytes */
	unsigned long totalswap, freeswap;
	unsigned short procs;
	unsigned long totalhigh, freehigh;
	unsigned int mem_unit;
};

/* 0, or -1 with EFAULT: sysinfo(2). */
int sysinfo(struct sysinfo *info);

__ASTRA_END_DECLS

#endif
