/*
 * Limits and usage of resources: getrlimit(2), getrusage(2), getpriority(2). 0, or -1 with errno, unless a line says otherwise.
 */
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

/* Limits are the process's, inherited by fork and kept by exec. What the kernel keeps and does not apply is marked. */
#define RLIMIT_CPU        0	/* seconds on processors: SIGXCPU each second from the soft one on, SIGKILL at the hard one */
#define RLIMIT_FSIZE      1	/* bytes of a file: SIGXFSZ, EFBIG */
#define RLIMIT_DATA       2	/* bytes of brk and private writable mappings: ENOMEM */
#define RLIMIT_STACK      3	/* bytes to which the first stack grows: SIGSEGV; a quarter of it bounds exec's arguments */
#define RLIMIT_CORE       4	/* bytes of a core file; not applied: there are none */
#define RLIMIT_RSS        5	/* bytes resident; not applied, as in Linux */
#define RLIMIT_NPROC      6	/* tasks of the user: EAGAIN from fork and thread creation */
#define RLIMIT_NOFILE     7	/* one more than the highest descriptor: EMFILE */
#define RLIMIT_MEMLOCK    8	/* bytes locked by mlock: ENOMEM, EPERM when 0 */
#define RLIMIT_AS         9	/* bytes of all mappings: ENOMEM */
#define RLIMIT_LOCKS      10	/* not applied, as in Linux */
#define RLIMIT_SIGPENDING 11	/* queued signals and timers of the user: EAGAIN */
#define RLIMIT_MSGQUEUE   12	/* bytes of message queues; not applied */
#define RLIMIT_NICE       13	/* 20 minus the lowest nice value: EACCES, EPERM */
#define RLIMIT_RTPRIO     14	/* the highest real-time priority: EPERM */
#define RLIMIT_RTTIME     15	/* microseconds of a real-time thread without a sleep: SIGXCPU, SIGKILL */
#define RLIM_NLIMITS      16

struct rusage {
	struct timeval ru_utime;	/* time in user mode */
	struct timeval ru_stime;	/* time in the kernel */
	long ru_maxrss;			/* the most that was resident, KiB */
	long ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt;	/* page faults without and with reading from a device */
	long ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals;
	long ru_nvcsw, ru_nivcsw;	/* switches: because it waited; because another ran */
};

#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN (-1)

/* EINVAL: no such limit, or soft above hard; EPERM: raising a hard one without CAP_SYS_RESOURCE. */
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
/* RUSAGE_SELF: all threads; RUSAGE_CHILDREN: those that have been waited for. EINVAL for what is neither. */
int getrusage(int who, struct rusage *usage);

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2

/* -20 (urgent) … 19 (who 0: the caller's); -1 may be a value: look at errno. ESRCH, EINVAL; EPERM, EACCES on setting. */
int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int priority);

__ASTRA_END_DECLS

#endif
