/* Linux's names of system calls. */
#ifndef TRACE_CALL_NAMES_H
#define TRACE_CALL_NAMES_H

#include "lib/types.h"

const char *call_name(u32 number);	/* NULL for a number without a name */

#endif
