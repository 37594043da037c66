/* What the files that serve ptrace's requests share. */
#ifndef TRACE_REQUEST_H
#define TRACE_REQUEST_H

#include "trace/trace.h"

/* The live thread `pid` that the current task traces; and that only if it is in a stop. NULL: -ESRCH. */
struct trace *trace_find(int pid) REQUIRES(tasks_lock);
struct trace *trace_find_stopped(int pid) REQUIRES(tasks_lock);

long trace_me(void);
long trace_attach(int pid, bool seize, u64 options);
long trace_detach(int pid, u64 signal);
long trace_interrupt(int pid);

/* Registers; the buffers are the caller's (trace/registers.c). */
long trace_regs_request(long request, int pid, u64 addr, u64 data);
long trace_user_area(long request, int pid, u64 offset, u64 data);

#endif
