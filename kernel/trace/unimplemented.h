/*
 * What a program asked for that does not exist here: one line in the log a program for each call, flag and request, so that
 * whoever wonders why it fails finds out. From task context by the program's own threads, no spinlock held.
 */
#ifndef TRACE_UNIMPLEMENTED_H
#define TRACE_UNIMPLEMENTED_H

#include "lib/types.h"

/* A call whose number has no handler. */
void report_unimplemented_call(u32 number);

/* A value that a call does not know: `kind` says of what ("flags", "request", "option"); `call` is the call's name. */
void report_unimplemented_value(const char *call, const char *kind, u64 value);

/* exec: the new program has not been told of anything yet. */
void unimplemented_forget(void);

#endif
