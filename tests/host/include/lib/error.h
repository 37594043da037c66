/*
 * Stands in for kernel/lib/error.h in tests on the build machine, whose <errno.h> has the same numbers under the same
 * names; test_lib_error.c compares the two tables.
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <errno.h>

#include "lib/types.h"

#define ERESTARTSYS	      512
#define ERESTARTNOINTR	      513
#define ERESTARTNOHAND	      514
#define ERESTART_RESTARTBLOCK 516

#define MAX_ERRNO 4095

static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *p) { return (long)p; }
static inline bool IS_ERR(const void *p) { return (u64)p >= (u64)-MAX_ERRNO; }

#endif
