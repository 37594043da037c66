/*
 * fork in a program with threads. The child has one thread and a copy of all memory, so what the others may be in the middle of is
 * brought to rest first: the program's own handlers do it for the program, then the library takes its locks, in the order of
 * thread_impl.h with the heap's last, and both sides release them. A stream that another thread holds at that moment is free in the
 * child. The handlers have a lock, held while they run: registering from one of them is a deadlock, as everywhere.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc_hooks.h"
#include "start.h"
#include "stdio_impl.h"
#include "thread_impl.h"

struct handlers {
	struct handlers *next, *previous;	/* by registration, oldest first */
	void (*prepare)(void), (*parent)(void), (*child)(void);
};

static lock_t handlers_lock;
static struct handlers *first, *last;

extern lock_t *const __start_fork_locks[] HIDDEN, *const __stop_fork_locks[] HIDDEN;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	struct handlers *handlers = malloc(sizeof(*handlers));

	if (!handlers)
		return ENOMEM;
	lock_acquire(&handlers_lock);
	*handlers = (struct handlers){ NULL, last, prepare, parent, child };
	if (last)
		last->next = handlers;
	else
		first = handlers;
	last = handlers;
	lock_release(&handlers_lock);
	return 0;
}

static void take_locks(void)
{
	if (&__rtld_functions)
		RTLD(lock)();
	for (lock_t *const *lock = __start_fork_locks; lock < __stop_fork_locks; lock++)
		lock_acquire(*lock);
	lock_acquire(&__thread_lock);
	__alloc_fork_before();
}

static void release_locks(void)
{
	__alloc_fork_after();
	lock_release(&__thread_lock);
	for (lock_t *const *lock = __start_fork_locks; lock < __stop_fork_locks; lock++)
		lock_release(*lock);
	if (&__rtld_functions)
		RTLD(unlock)();
}

/* Async-signal-safe, and the child may call only what is. */
pid_t _Fork(void)
{
	unsigned long mask = block_signals();
	long pid = sys(fork);

	if (pid == 0)
		__thread_after_fork();
	restore_signals(mask);
	return (pid_t)__sysret(pid);
}

pid_t fork(void)
{
	unsigned long mask;
	long pid;

	lock_acquire(&handlers_lock);
	for (struct handlers *h = last; h; h = h->previous) {
		if (h->prepare)
			h->prepare();
	}
	mask = block_signals();
	take_locks();
	pid = sys(fork);
	if (pid == 0) {
		__thread_after_fork();
		__stdio_after_fork();
		__exiting = 0;
	}
	release_locks();
	restore_signals(mask);
	for (struct handlers *h = first; h; h = h->next) {
		void (*function)(void) = pid == 0 ? h->child : h->parent;

		if (function)
			function();
	}
	lock_release(&handlers_lock);
	return (pid_t)__sysret(pid);
}
