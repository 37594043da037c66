/* What the system calls about time share. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "lib/types.h"

int clock_read(int clock, u64 *ns);	/* what the clock by that number (clock_gettime(2)) shows: 0 or -EINVAL */

#endif
