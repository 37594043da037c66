/*
 * Signals. Structures are Linux's x86-64 ones. sigaction sets the restorer, so a handler returns by rt_sigreturn.
 * Dispositions are the process's, masks the thread's: signal(7).
 */
#ifndef _SIGNAL_H
#define _SIGNAL_H

#include <bits/pthread_types.h>
#include <features.h>
#include <sys/types.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#define SIGIO     29
#define SIGPWR    30
#define SIGSYS    31
#define SIGRTMIN  34		/* 32 and 33 are the library's own: cancellation, and setuid in all threads */
#define SIGRTMAX  64
#define NSIG      65

typedef int sig_atomic_t;
typedef void (*sighandler_t)(int);
typedef struct { unsigned long __bits[16]; } sigset_t;	/* the kernel uses the first word */

union sigval {
	int sival_int;
	void *sival_ptr;
};

typedef struct {
	int si_signo, si_errno, si_code;
	int __pad;
	union {
		struct {			/* kill, sigqueue, SIGCHLD */
			pid_t si_pid;
			uid_t si_uid;
			union {
				int si_status;	/* SIGCHLD: exit status or signal */
				union sigval si_value;
			};
			clock_t si_utime, si_stime;
		};
		struct {			/* SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP */
			void *si_addr;
		};
		struct {			/* SIGIO */
			long si_band;
			int si_fd;
		};
		char __size[112];
	};
} siginfo_t;

#define SIG_ERR ((sighandler_t)-1)
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)

struct sigaction {
	union {
		sighandler_t sa_handler;
		void (*sa_sigaction)(int, siginfo_t *, void *);	/* with SA_SIGINFO */
	};
	sigset_t sa_mask;
	int sa_flags;
};

#define SA_NOCLDSTOP 1			/* no SIGCHLD for children that stop or continue */
#define SA_NOCLDWAIT 2			/* children leave no zombie */
#define SA_SIGINFO   4			/* sa_sigaction(sig, info, ucontext) */
#define SA_ONSTACK   0x08000000		/* on sigaltstack's stack */
#define SA_RESTART   0x10000000		/* interrupted system calls go on */
#define SA_NODEFER   0x40000000		/* the signal is not blocked in its handler */
#define SA_RESETHAND 0x80000000u	/* SIG_DFL once the handler starts */

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SI_USER   0
#define SI_KERNEL 0x80
#define SI_QUEUE  (-1)
#define SI_TKILL  (-6)

#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

#define SEGV_MAPERR 1
#define SEGV_ACCERR 2

typedef struct {
	void *ss_sp;
	int ss_flags;		/* SS_ONSTACK, SS_DISABLE */
	size_t ss_size;		/* bytes */
} stack_t;

#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ    8192

/* All return 0, or -1 with errno, unless noted. EINVAL: no such signal, SIGKILL and SIGSTOP where they cannot be changed. */
sighandler_t signal(int sig, sighandler_t handler);	/* BSD semantics: SA_RESTART; the old handler or SIG_ERR */
int sigaction(int sig, const struct sigaction *restrict action, struct sigaction *restrict old);
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);			/* always -1, EINTR */
int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info);	/* the signal */
/* Also EAGAIN after the timeout, which is relative. The waits are cancellation points. */
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout);
/* kill with a value (SI_QUEUE). EAGAIN: RLIMIT_SIGPENDING. */
int sigqueue(pid_t pid, int sig, union sigval value);
int sigaltstack(const stack_t *restrict stack, stack_t *restrict old);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);		/* 1 or 0 */
/*
 * pid 0: the caller's group, -1: all that it may, below: the group -pid. sig 0 only asks. ESRCH, EPERM. raise: the calling
 * thread.
 */
int kill(pid_t pid, int sig);
int killpg(pid_t pgrp, int sig);
int raise(int sig);
int tgkill(pid_t tgid, pid_t tid, int sig);
/* "prefix: effect" on stderr. */
void psignal(int sig, const char *prefix);

/* What an expiring timer does. SIGEV_SIGNAL sends sigev_signo with sigev_value; SIGEV_THREAD_ID to one thread. */
struct sigevent {
	union sigval sigev_value;
	int sigev_signo;
	int sigev_notify;
	union {
		int __size[12];
		pid_t sigev_notify_thread_id;
	};
};

#define SIGEV_SIGNAL    0
#define SIGEV_NONE      1
#define SIGEV_THREAD_ID 4

/* The next of the set's signals, in *sig; an error number. The set should be blocked. */
int sigwait(const sigset_t *restrict set, int *restrict sig);
/* psignal with what info knows. */
void psiginfo(const siginfo_t *info, const char *prefix);

/* System V's calls, for old programs. */
sighandler_t sigset(int sig, sighandler_t handler);	/* SIG_HOLD blocks; the old handler, SIG_HOLD or SIG_ERR */
int sighold(int sig);
int sigrelse(int sig);
int sigignore(int sig);
int sigpause(int sig);			/* unblocks it for a pause */
int siginterrupt(int sig, int flag);	/* whether it interrupts calls, instead of restarting them */
#define SIG_HOLD ((sighandler_t)2)
/* Of one thread; 0 or an error number. sigmask is sigprocmask, which changes the calling thread's mask only, too. */
int pthread_kill(pthread_t thread, int sig);
int pthread_sigqueue(pthread_t thread, int sig, const union sigval value);
int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old);

__ASTRA_END_DECLS

#endif
