/* Sending on behalf of a program, with permission checks (signal_kill.c). Task context. */
#ifndef SCHED_SIGNAL_KILL_H
#define SCHED_SIGNAL_KILL_H

#include "abi/signal.h"

struct process;

/* kill(2)'s targets: a pid, 0, -1, a group's negative number. sig 0 only checks. 0, -EINVAL, -ESRCH, -EPERM, -EAGAIN. */
int signal_kill(int pid, int sig, const struct abi_siginfo *info);

/* To the process itself, which the caller holds: -ESRCH once it is reaped. */
int signal_kill_process(struct process *p, int sig, const struct abi_siginfo *info);

/* To one thread; tgid 0 means whatever process it belongs to. */
int signal_kill_thread(int tgid, int tid, int sig, const struct abi_siginfo *info);

#endif
