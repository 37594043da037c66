/* Limits: the compiler's for the types, POSIX's for the system. */
#ifndef _LIMITS_H
#define _LIMITS_H

#include_next <limits.h>

#define PATH_MAX    4096
#define NAME_MAX    255
#define PIPE_BUF    4096
#define ARG_MAX     131072
#define IOV_MAX     1024
#define NGROUPS_MAX 65536
#define SSIZE_MAX   LONG_MAX

#endif
