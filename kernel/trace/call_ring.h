/*
 * The last calls of a thread: number, arguments and result, in a ring that lies right above its kernel stack, so that the entry
 * code reaches it from the stack pointer alone. The thread writes it on its way through entry.S; when the thread dies of a
 * signal with core action the calls are shown, decoded, in the log.
 *
 *  - Only the thread itself reads or writes records. `limit` may be written by whoever traces the thread.
 *  - The stack's owner provides the memory (mm/kmap.h, KERNEL_STACK_EXTRA); nothing here allocates.
 */
#ifndef TRACE_CALL_RING_H
#define TRACE_CALL_RING_H

#include "lib/types.h"

#define CALL_RECORDS 64
#define CALL_NONE    UINT32_MAX

/* One call; the size is known to entry.S. */
struct call_record {
	u32 number;			/* [T] CALL_NONE: never written */
	u32 unused;
	u64 args[6];			/* [T] */
	i64 result;			/* [T] as the handler returned it; stale while the call runs */
};

/* Letters: [T] only the thread itself, [a] one word, written by others as well. */
struct call_ring {
	u32 next;			/* [T] byte offset of the record that the next call takes */
	u32 limit;			/* [a] numbers below go straight to their handler; 0: every call goes through syscall_slow */
	u64 unused;			/* keeps the stack's top on 16 bytes */
	struct call_record records[CALL_RECORDS];	/* [T] */
};

_Static_assert(sizeof(struct call_record) == 64, "entry.S counts on it");
_Static_assert(sizeof(struct call_record) * CALL_RECORDS == 4096, "entry.S masks the offset");

struct task;
struct regs;
struct abi_siginfo;

struct call_ring *call_ring_of(struct task *t);

/* Empty, before the task runs for the first time. */
void call_ring_init(struct call_ring *ring);

/* Every call of a thread that may trace or be traced takes the slow way from its next call on, or none does. Any context. */
void call_ring_set_slow(struct task *t, bool slow);

/* The record of a call that begins now, filled but for its result. By the thread itself. */
struct call_record *call_ring_begin(u32 number, const struct regs *regs);

#endif
