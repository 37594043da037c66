/* What process.c, fork.c, exit.c, wait4.c, signal*.c and exec share, and nobody else needs. */
#ifndef SCHED_PROCESS_INTERNAL_H
#define SCHED_PROCESS_INTERNAL_H

#include "sched/process.h"

extern struct list all_processes;		/* [t] process->all_link */

struct process *process_alloc(void);		/* blank, one reference; NULL when memory is out */
void process_link(struct process *p, struct process *parent) REQUIRES(tasks_lock);
void process_unlink(struct process *p) REQUIRES(tasks_lock);

/* Put a task on its process's list and into the table; it counts from here on. */
void process_add_thread(struct process *p, struct task *t) REQUIRES(tasks_lock);

unsigned process_task_limit(void);		/* tasks that this machine bears, or may have: kernel.threads-max */
void process_set_task_limit(unsigned limit);
void process_count_task(struct process *p);		/* one more, against its user and in all; zombies count as one */
void process_uncount_task(struct process *p);

void process_alarm(struct timer *alarm);	/* ITIMER_REAL's expiry */

bool pgrp_is_orphaned_without(int pgrp, const struct process *leaving) REQUIRES(tasks_lock);

/* Tell the parent of a zombie; true when it shall be reaped at once because the parent does not care. */
bool process_end(struct process *p) REQUIRES(tasks_lock);

/* Give p its own copy of actions that it shares with other processes (exec); 0 or -ENOMEM. */
int sighand_unshare(struct process *p);

/* A child of p ended, stopped or went on: wake who waits, send the signal. */
void process_send_sigchld(struct process *child, int code, int status) REQUIRES(tasks_lock);

#endif
