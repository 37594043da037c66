/* The wall clock in microseconds. */
#ifndef _SYS_TIME_H
#define _SYS_TIME_H

#include <features.h>
#include <sys/select.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

/* The time since 1970-01-01 UTC; zone must be NULL or is ignored. Returns 0. */
int gettimeofday(struct timeval *restrict tv, void *restrict zone);

__ASTRA_END_DECLS

#endif
