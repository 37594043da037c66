/* What a vfork child and its sleeping maker share (fork.c). */
#ifndef SCHED_VFORK_H
#define SCHED_VFORK_H

#include "lib/atomic.h"

struct process;
struct task;

struct vfork_done {
	atomic32 refs;			/* [a] the child and the maker */
	atomic32 done;			/* [a] the child has left the address space */
	struct process *parent;		/* [I] the maker's, referenced: its child_wait is the queue */
};

void vfork_complete(struct task *t);	/* t leaves its address space; no effect without a vfork */

#endif
