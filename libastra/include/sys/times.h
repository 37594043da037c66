/* Processor time of the process and its children, in ticks of 1/100 s. */
#ifndef _SYS_TIMES_H
#define _SYS_TIMES_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct tms {
	clock_t tms_utime, tms_stime;		/* this process: user, kernel */
	clock_t tms_cutime, tms_cstime;		/* its waited-for children */
};

/* Ticks since an arbitrary point in the past; (clock_t)-1 with EFAULT. times(2) */
clock_t times(struct tms *buf);

__ASTRA_END_DECLS

#endif
