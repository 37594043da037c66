/* The scheduler. */
#ifndef _SCHED_H
#define _SCHED_H

#include <features.h>

__ASTRA_BEGIN_DECLS

/* Lets another task run; always 0. */
int sched_yield(void);

__ASTRA_END_DECLS

#endif
