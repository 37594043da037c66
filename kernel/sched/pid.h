/*
 * The space of process, thread, group and session numbers. All of it is guarded by tasks_lock.
 *
 * A number is in use as long as anyone goes by it: a task (tid), a process (pid, zombies too), the members of a
 * process group or of a session. It is given out again only after that, and as late as the space allows: numbers are
 * handed out in rising order and start over at PID_RESERVED.
 */
#ifndef SCHED_PID_H
#define SCHED_PID_H

#include "sched/process.h"

#define PID_RESERVED 300

extern u32 pid_max;		/* [a] numbers are below it: PID_RESERVED + 1 … PID_MAX */

/* A free number with one use, or -EAGAIN when all are taken, -ENOMEM. */
int pid_alloc(void) REQUIRES(tasks_lock);
int pid_alloc_at(int number) REQUIRES(tasks_lock);	/* that one: or -EEXIST, -ENOMEM. 0 < number < PID_MAX */
int pid_last(void);					/* given out most recently; no lock */
void pid_hold(int number) REQUIRES(tasks_lock);		/* one more use */
void pid_release(int number) REQUIRES(tasks_lock);	/* one use less */

/* What goes by the number; NULL when nothing does, for any number. */
void pid_set_task(int number, struct task *t) REQUIRES(tasks_lock);
void pid_set_process(int number, struct process *p) REQUIRES(tasks_lock);
struct task *pid_task(int number) REQUIRES(tasks_lock);
struct process *pid_process(int number) REQUIRES(tasks_lock);

/* The members of a process group (process->pgrp_link), or NULL for a number that was never used. */
struct list *pid_group(int number) REQUIRES(tasks_lock);

#endif
