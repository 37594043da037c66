/* Limits and usage of resources. */
#ifndef _SYS_RESOURCE_H
#define _SYS_RESOURCE_H

#include <features.h>
#include <sys/time.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

typedef unsigned long rlim_t;

struct rlimit {
	rlim_t rlim_cur;	/* soft: what counts now */
	rlim_t rlim_max;	/* hard: how far an ordinary user can raise it */
};

#define RLIM_INFINITY (~0ul)
#define RLIMIT_CPU    0
#define RLIMIT_FSIZE  1
#define RLIMIT_DATA   2
#define RLIMIT_STACK  3
#define RLIMIT_CORE   4
#define RLIMIT_RSS    5
#define RLIMIT_NPROC  6
#define RLIMIT_NOFILE 7
#define RLIMIT_MEMLOCK 8
#define RLIMIT_AS     9
#define RLIMIT_LOCKS  10
#define RLIMIT_SIGPENDING 11
#define RLIMIT_MSGQUEUE 12
#define RLIMIT_NICE   13
#define RLIMIT_RTPRIO 14
#define RLIMIT_RTTIME 15
#define RLIM_NLIMITS  16

struct rusage {
	struct timeval ru_utime;	/* time in user mode */
	struct timeval ru_stime;	/* time in the kernel */
	long ru_maxrss;			/* KiB */
	long ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt;
	long ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals;
	long ru_nvcsw, ru_nivcsw;
};

#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN (-1)

int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
int getrusage(int who, struct rusage *usage);

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2

/* -20 (urgent) … 19; -1 may be a value: look at errno. */
int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int priority);

__ASTRA_END_DECLS

#endif
