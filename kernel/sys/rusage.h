/* struct rusage of getrusage(2) and wait4(2). */
#ifndef SYS_RUSAGE_H
#define SYS_RUSAGE_H

#include "sched/process.h"
#include "sys/timespec.h"

struct linux_rusage {
	struct linux_timeval user, system;
	i64 max_rss;			/* KiB */
	i64 zero1[3];
	i64 min_faults, maj_faults;
	i64 zero2[6];
	i64 switches_voluntary, switches_forced;
};
_Static_assert(sizeof(struct linux_rusage) == 144, "Linux's size");

static inline struct linux_rusage rusage_of(const struct rusage_values *v)
{
	return (struct linux_rusage){
		.user = timeval_of(v->user_ns), .system = timeval_of(v->system_ns),
		.max_rss = (i64)(v->max_rss_pages * (PAGE_SIZE / 1024)),
		.min_faults = (i64)v->min_faults, .maj_faults = (i64)v->maj_faults,
		.switches_voluntary = (i64)v->switches_voluntary, .switches_forced = (i64)v->switches_forced,
	};
}

#endif
