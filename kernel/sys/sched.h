/* What the system calls about scheduling share. */
#ifndef SYS_SCHED_H
#define SYS_SCHED_H

#include "sched/process.h"
#include "sched/task.h"

/* May the current task change how t runs? Its effective user must be t's. tasks_lock held, so t has credentials. */
bool sched_may_change(const struct task *t) REQUIRES(tasks_lock);

#endif
