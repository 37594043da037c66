/*
 * The scheduler: policies, priorities and affinity, as sched(7) describes them. pid 0 is the calling thread; other numbers are
 * those of threads (gettid). Unless a line says otherwise, 0 or -1 with errno.
 */
#ifndef _SCHED_H
#define _SCHED_H

#include <features.h>
#include <sys/types.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

#define SCHED_OTHER 0
#define SCHED_FIFO  1
#define SCHED_RR    2
#define SCHED_BATCH 3
#define SCHED_IDLE  5

#define CLONE_VM             0x00000100
#define CLONE_FS             0x00000200
#define CLONE_FILES          0x00000400
#define CLONE_SIGHAND        0x00000800
#define CLONE_PIDFD          0x00001000
#define CLONE_VFORK          0x00004000
#define CLONE_PARENT         0x00008000
#define CLONE_THREAD         0x00010000
#define CLONE_SYSVSEM        0x00040000
#define CLONE_SETTLS         0x00080000
#define CLONE_PARENT_SETTID  0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_CHILD_SETTID   0x01000000

struct sched_param {
	int sched_priority;	/* 1 … 99 for FIFO and RR, else 0 */
};

/* A set of CPUs; the kernel reads as many bytes as it is told. */
#define CPU_SETSIZE 1024
typedef struct {
	unsigned long __bits[CPU_SETSIZE / 64];
} cpu_set_t;

#define CPU_ZERO(set) __builtin_memset(set, 0, sizeof(cpu_set_t))
#define CPU_SET(cpu, set) ((size_t)(cpu) < CPU_SETSIZE ? (set)->__bits[(cpu) / 64] |= 1ul << (cpu) % 64 : 0)
#define CPU_CLR(cpu, set) ((size_t)(cpu) < CPU_SETSIZE ? (set)->__bits[(cpu) / 64] &= ~(1ul << (cpu) % 64) : 0)
#define CPU_ISSET(cpu, set) ((size_t)(cpu) < CPU_SETSIZE ? (int)((set)->__bits[(cpu) / 64] >> (cpu) % 64 & 1) : 0)
#define CPU_EQUAL(a, b) (!__builtin_memcmp(a, b, sizeof(cpu_set_t)))
#define CPU_COUNT(set) __sched_cpu_count(sizeof(cpu_set_t), set)

int __sched_cpu_count(size_t size, const cpu_set_t *set);

/* Lets another task run; always 0. */
int sched_yield(void);
/* ESRCH: no such thread; EINVAL: policy, priority, no CPU of the set; EPERM: beyond RLIMIT_RTPRIO or another user's. */
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param);	/* 0 */
int sched_getscheduler(pid_t pid);			/* the policy */
int sched_setparam(pid_t pid, const struct sched_param *param);
int sched_getparam(pid_t pid, struct sched_param *param);
int sched_get_priority_max(int policy);			/* the priority */
int sched_get_priority_min(int policy);
int sched_rr_get_interval(pid_t pid, struct timespec *interval);
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int sched_getcpu(void);					/* the CPU that ran the call */

__ASTRA_END_DECLS

#endif
