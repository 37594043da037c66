/* membarrier(2): memory barriers on all CPUs that run a program's threads, paid by the one who asks. */
#ifndef SCHED_MEMBARRIER_H
#define SCHED_MEMBARRIER_H

enum membarrier_command {
	MEMBARRIER_QUERY                               = 0,
	MEMBARRIER_GLOBAL                              = 1 << 0,
	MEMBARRIER_GLOBAL_EXPEDITED                    = 1 << 1,
	MEMBARRIER_REGISTER_GLOBAL_EXPEDITED           = 1 << 2,
	MEMBARRIER_PRIVATE_EXPEDITED                   = 1 << 3,
	MEMBARRIER_REGISTER_PRIVATE_EXPEDITED          = 1 << 4,
	MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE         = 1 << 5,
	MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 6,
	MEMBARRIER_PRIVATE_EXPEDITED_RSEQ              = 1 << 7,
	MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_RSEQ     = 1 << 8,
	MEMBARRIER_GET_REGISTRATIONS                   = 1 << 9,
};
#define MEMBARRIER_FLAG_CPU 1u

/*
 * Task context, no locks. `cpu`: of PRIVATE_EXPEDITED_RSEQ, the only one to be interrupted, -1 for all. 0 or QUERY's and
 * GET_REGISTRATIONS' bits; -EINVAL (command), -EPERM (a private command that the process has not registered for).
 */
int membarrier(int command, int cpu);

#endif
