/* Waiting for children: wait(2), wait4(2). The status word is Linux's. All are cancellation points. */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <features.h>
#include <signal.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct rusage;

/* Options. waitid needs at least one of WEXITED, WSTOPPED and WCONTINUED, and alone takes WEXITED and WNOWAIT. */
#define WNOHANG    1		/* do not wait */
#define WUNTRACED  2		/* children that stopped, too */
#define WSTOPPED   2
#define WEXITED    4
#define WCONTINUED 8		/* children that SIGCONT started again, too */
#define WNOWAIT    0x1000000	/* leave the child to be waited for again */

/* The low eight bits of exit's argument; the signal that ended or stopped it: each only where the WIF macro below is true. */
#define WEXITSTATUS(status)  (((status) >> 8) & 0xff)
#define WTERMSIG(status)     ((status) & 0x7f)
#define WSTOPSIG(status)     WEXITSTATUS(status)
#define WCOREDUMP(status)    ((status) & 0x80)
#define WIFEXITED(status)    (WTERMSIG(status) == 0)
#define WIFSIGNALED(status)  ((signed char)(((status) & 0x7f) + 1) >> 1 > 0)
#define WIFSTOPPED(status)   (((status) & 0xff) == 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)

typedef enum { P_ALL = 0, P_PID = 1, P_PGID = 2, P_PIDFD = 3 } idtype_t;

/*
 * The child's pid, 0 under WNOHANG when none has changed, or -1 (ECHILD, EINTR, EINVAL). pid: a child, -1 any, 0 one of the
 * caller's process group, below -1 one of the group -pid. status and usage may be NULL; usage is the child's and its own
 * children's.
 */
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
pid_t wait3(int *status, int options, struct rusage *usage);	/* wait4 for any child */
/* 0 with *info filled (si_pid 0 under WNOHANG when none has changed), or -1. P_PIDFD: id is a descriptor. */
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);

__ASTRA_END_DECLS

#endif
