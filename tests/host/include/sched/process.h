/* Stands before kernel/sched/process.h in tests on the build machine: the C library's wait flags, which stdlib.h brings, give way. */
#ifndef HOST_SCHED_PROCESS_H
#define HOST_SCHED_PROCESS_H

#include <stdlib.h>

#undef WNOHANG
#undef WUNTRACED
#undef WSTOPPED
#undef WEXITED
#undef WCONTINUED
#undef WNOWAIT

#include "../../../../kernel/sched/process.h"

#endif
