/* Stands before kernel/lib/printf.h in tests on the build machine; see lib/string.h beside it. */
#ifndef HOST_LIB_PRINTF_H
#define HOST_LIB_PRINTF_H

#include <stdio.h>

#define snprintf  kernel_snprintf
#define vsnprintf kernel_vsnprintf
#define scnprintf kernel_scnprintf

#include "../../../../kernel/lib/printf.h"

#endif
