/*
 * The registers of a stopped task in the forms of ptrace(2). The task is in a stop (trace/trace.h), tasks_lock is held; buffers are
 * the kernel's.
 */
#ifndef ARCH_X86_64_TRACE_REGS_H
#define ARCH_X86_64_TRACE_REGS_H

#include "abi/ptrace.h"
#include "lib/types.h"

struct task;

#define FXSAVE_SIZE 512

void trace_get_regs(struct task *t, u64 fs_base, u64 gs_base, struct abi_user_regs *out);

/* All or nothing: 0, or -EIO for segments that are not flat and bases outside of the user half. */
int trace_set_regs(struct task *t, u64 *fs_base, u64 *gs_base, const struct abi_user_regs *in);

/* The XSAVE image, trace_xstate_size() bytes (0 without XSAVE), with Linux's copy of XCR0 at offset 464. */
size_t trace_xstate_size(void);
void trace_get_xstate(struct task *t, void *out);
int trace_set_xstate(struct task *t, const void *in);	/* 0, or -EINVAL for an image that cannot be loaded */

/* Its first 512 bytes, x87 and SSE. */
void trace_get_fxsave(struct task *t, void *out);
int trace_set_fxsave(struct task *t, const void *in);

#endif
