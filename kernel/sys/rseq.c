/* rseq(2) and membarrier(2): arguments in, sched/rseq.c and sched/membarrier.c do the work. Thin; task context. */
#include "sched/rseq.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/membarrier.h"

#define RSEQ_FLAG_UNREGISTER 1

long sys_rseq(uaddr block, unsigned int size, int flags, unsigned int signature)
{
	if (flags & RSEQ_FLAG_UNREGISTER)
		return flags & ~RSEQ_FLAG_UNREGISTER ? -EINVAL : rseq_unregister(block, size, signature);
	return flags ? -EINVAL : rseq_register(block, size, signature);
}

long sys_membarrier(int command, unsigned int flags, int cpu)
{
	if (command == MEMBARRIER_PRIVATE_EXPEDITED_RSEQ) {
		if (flags & ~MEMBARRIER_FLAG_CPU)
			return -EINVAL;
	} else if (flags != 0) {
		return -EINVAL;
	}
	return membarrier(command, flags & MEMBARRIER_FLAG_CPU ? cpu : -1);
}
