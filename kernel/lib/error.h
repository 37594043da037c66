/*
 * Error numbers, from the one table. Inside the kernel an error is a negative number that is returned, never stored.
 * Pointers that may be errors travel as ERR_PTR: the last 4095 addresses are never an object.
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include "lib/types.h"

enum errno_value {
#define ERRNO(name, number, message) name = number,
#include "abi/errno.def"
#undef ERRNO
	/* Never seen by a program: what an interrupted call asks of signal delivery (sched/signal.h). */
	ERESTARTSYS           = 512,	/* restart if the handler has SA_RESTART, else EINTR */
	ERESTARTNOINTR        = 513,	/* restart always */
	ERESTARTNOHAND        = 514,	/* restart if no handler runs, else EINTR */
	ERESTART_RESTARTBLOCK = 516,	/* restart through task->restart if no handler runs, else EINTR */
};

#define EWOULDBLOCK EAGAIN
#define ENOTSUP     EOPNOTSUPP

#define MAX_ERRNO 4095

static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *p) { return (long)p; }
static inline bool IS_ERR(const void *p) { return (u64)p >= (u64)-MAX_ERRNO; }

#endif
