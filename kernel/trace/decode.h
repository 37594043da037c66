/* One recorded call in words, for people. */
#ifndef TRACE_DECODE_H
#define TRACE_DECODE_H

#include "lib/types.h"

struct call_record;

/* "openat(AT_FDCWD, 0x4010c2 "/etc/passwd", 0x80000, 0) = -ENOENT". Strings are read from the current program as they are now. Task context. */
void decode_call(const struct call_record *r, char *buf, size_t size);

#endif
