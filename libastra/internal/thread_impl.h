/*
 * A thread as the library sees it. The structure is a thread-local variable of the library (initial-exec model), so that it lies
 * at the same distance from every thread's control block, is made with the block and costs nothing to find; pthread_t is its
 * address. The initial thread's is all zero at the start but for what thread_init() fills in.
 *
 *  - A descriptor lives until the thread was joined, or, detached, until the kernel has cleared `tid`.
 *  - Lock order: ld-astra's lock, then __thread_lock, then a thread's kill_lock. Code that takes one of the two latter runs with
 *    all signals but SIGSETXID blocked, so that a handler may call fork, setuid and pthread_kill.
 */
#ifndef INTERNAL_THREAD_IMPL_H
#define INTERNAL_THREAD_IMPL_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>

#include "../../abi/rtld.h"
#include "lock.h"
#include "syscall.h"

#define SIGCANCEL 32
#define SIGSETXID 33
#define SIGNAL_BIT(sig) (1ul << ((sig) - 1))
#define INTERNAL_SIGNALS (SIGNAL_BIT(SIGCANCEL) | SIGNAL_BIT(SIGSETXID))

#define CANCEL_MASKED 2		/* beside PTHREAD_CANCEL_ENABLE and _DISABLE: a point answers ECANCELED instead of ending the thread */

#define KEY_BLOCK  32		/* values in a block; the first block is part of the descriptor */
#define KEY_BLOCKS (PTHREAD_KEYS_MAX / KEY_BLOCK)

struct key_value {
	unsigned long generation;	/* of the key when the value was set; an older one is no value */
	void *value;
};

/* What set_robust_list(2) tells the kernel. */
struct robust_head {
	struct __robust_link *first;
	long offset;			/* from a link to its mutex's word */
	struct __robust_link *pending;	/* the mutex that is being locked or unlocked */
};

/* Bits of `end`; 0 is joinable. */
#define THREAD_DETACHED 1
#define THREAD_JOINING  2
#define THREAD_ENDED    4

/* [I] before the thread runs, [T] the thread itself, [a] atomic, [t] __thread_lock, [k] kill_lock */
struct __pthread {
	int tid;			/* [a] the kernel clears it and wakes its futex when the thread is gone */
	int end;			/* [a] who cleans up: THREAD_… */
	struct __pthread *next, *previous;	/* [t] all threads but those that end; or the cache, by `next` */
	struct tcb *tcb;		/* [I] its control block; NULL: the initial thread */
	char *stack;			/* [I] lowest address of the mapping; NULL: the stack is not ours */
	size_t stack_size, guard_size;	/* [I] bytes, of the mapping and its guard */
	char *lowest;			/* [I] of the usable stack, ours or not */
	size_t usable_size;		/* [I] */

	void *(*start)(void *);		/* [I] */
	int (*start_c11)(void *);	/* [I] instead of start */
	void *argument;			/* [I] */
	void *result;			/* [T] until it has ended */
	unsigned long start_mask;	/* [I] signals blocked when `start` is called */
	bool watched;			/* [T] the kernel knows where to clear `tid` */
	int released;			/* [a] futex: 0 wait for the creator, 1 run, 2 give up */

	int cancel;			/* [a] somebody called pthread_cancel */
	int cancel_state, cancel_type;	/* [T] also read by its own signal handler */
	struct __cleanup *cleanups;	/* [T] newest first */
	lock_t kill_lock;
	bool gone;			/* [k] no signals may be sent any more */

	bool has_keys;			/* [T] a value was set */
	struct key_value keys[KEY_BLOCK];	/* [T] */
	struct key_value *key_blocks[KEY_BLOCKS];	/* [T] 0 is not used */
	struct robust_head robust;	/* [T] first is NULL until the kernel was told */
};

extern _Thread_local struct __pthread __thread_self __attribute__((visibility("hidden"), tls_model("initial-exec")));

extern lock_t __thread_lock __attribute__((visibility("hidden")));
extern struct __pthread *__threads __attribute__((visibility("hidden")));	/* [t] */

static inline struct tcb *thread_tcb(void)
{
	struct tcb *tcb;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	return tcb;
}

/* The kernel's number of the calling thread: what mutexes are owned by. */
static inline int thread_tid(void)
{
	int tid;

	__asm__ volatile("mov %%fs:%c1, %0" : "=r"(tid) : "i"(__builtin_offsetof(struct tcb, tid)));
	return tid;
}

/* Blocks every signal but that of setuid. Returns the mask for restore_signals(). */
static inline unsigned long block_signals(void)
{
	unsigned long all = ~SIGNAL_BIT(SIGSETXID), old = 0;

	sys(rt_sigprocmask, SIG_BLOCK, &all, &old, sizeof(all));
	return old;
}

static inline void restore_signals(unsigned long mask)
{
	sys(rt_sigprocmask, SIG_SETMASK, &mask, 0, sizeof(mask));
}

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN void __thread_init(void);			/* the initial thread's descriptor; once, before the first other thread */
HIDDEN struct __pthread *__thread_allocate(size_t stack_size, size_t guard_size);	/* from the cache or fresh; NULL: no memory */
HIDDEN struct __pthread *__thread_attach(void *stack, size_t size);	/* on the program's own stack */
HIDDEN void __thread_release(struct __pthread *thread);	/* into the cache; needs __thread_lock; the thread may still be dying */
HIDDEN void __thread_trim(void);			/* frees what is too much of the cache; no lock is held */
HIDDEN void __thread_after_fork(void);			/* in the child: forgets all others */
HIDDEN struct tcb *__static_make_thread(void);		/* a control block in a program without ld-astra; NULL: no memory */
HIDDEN void __static_renew_thread(struct tcb *tcb);	/* makes its variables fresh again */
HIDDEN int __thread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
			   int (*start_c11)(void *), void *argument);
HIDDEN _Noreturn void __thread_finish(void);		/* what pthread_exit does last */
HIDDEN void __key_destructors(struct __pthread *self);
HIDDEN long __cancel_now(void);				/* acts on a request: ends the thread, or -ECANCELED */
HIDDEN int __thread_mask_cancel(void);			/* CANCEL_MASKED instead of enabled; the state for __thread_cancel_state() */
static inline void __thread_cancel_state(int state)
{
	__thread_self.cancel_state = state;
}

#endif
