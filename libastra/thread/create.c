/*
 * Making and ending threads. The kernel makes one by clone with everything shared, stores its number in the descriptor before it
 * runs, and clears it there when it has gone; joiners sleep on that word. The list of threads and the clone are one step under
 * __thread_lock, so that fork and setuid see a thread in both or in neither.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alloc_hooks.h"
#include "futex.h"
#include "thread_impl.h"

#define CLONE_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | \
		     CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

enum { RELEASE_WAIT, RELEASE_RUN, RELEASE_GIVE_UP };

long __thread_clone(unsigned long flags, void *stack, int *tid, int *cleared_tid, struct tcb *tcb, struct __pthread *thread) HIDDEN;
HIDDEN _Noreturn void __thread_start(struct __pthread *self);

void __thread_init(void)
{
	__thread_self.tid = thread_tid();
	__threads = &__thread_self;
}

pthread_t pthread_self(void)
{
	return &__thread_self;
}

#undef pthread_equal
int pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

/* ---- The new thread ---- */

void __thread_start(struct __pthread *self)
{
	self->tcb->tid = self->tid;
	while (__atomic_load_n(&self->released, __ATOMIC_ACQUIRE) == RELEASE_WAIT)
		__futex_wait(&self->released, RELEASE_WAIT, &(struct futex_wait){ 0 });
	if (self->released == RELEASE_GIVE_UP)
		__thread_finish();
	restore_signals(self->start_mask);
	if (self->start)
		pthread_exit(self->start(self->argument));
	pthread_exit((void *)(intptr_t)self->start_c11(self->argument));
}

static bool leave_list(struct __pthread *self)
{
	if (!self->next && !self->previous)
		return false;
	if (self->next)
		self->next->previous = self->previous;
	if (self->previous)
		self->previous->next = self->next;
	else
		__threads = self->next;
	return true;
}

/*
 * From here on the thread runs no code of the program's: all signals but SIGSETXID are blocked, and that one too is not sent any
 * more once it is off the list. The last thread ends the process instead. A detached thread goes into the cache while it still
 * stands on its stack: `tid` protects it.
 */
void __thread_finish(void)
{
	struct __pthread *self = &__thread_self;
	unsigned long mask = block_signals();

	lock_acquire(&self->kill_lock);
	self->gone = true;
	lock_release(&self->kill_lock);
	lock_acquire(&__thread_lock);
	if (!leave_list(self)) {
		lock_release(&__thread_lock);
		self->gone = false;
		restore_signals(mask);
		exit(0);
	}
	if (__atomic_fetch_or(&self->end, THREAD_ENDED, __ATOMIC_ACQ_REL) == THREAD_DETACHED && self->tcb)
		__thread_release(self);
	lock_release(&__thread_lock);
	__thread_trim();
	for (;;)
		sys(exit, 0);
}

void pthread_exit(void *result)
{
	struct __pthread *self = &__thread_self;

	self->cancel_state = PTHREAD_CANCEL_DISABLE;
	self->cancel_type = PTHREAD_CANCEL_DEFERRED;
	self->result = result;
	while (self->cleanups) {
		struct __cleanup *cleanup = self->cleanups;

		self->cleanups = cleanup->__next;
		cleanup->__function(cleanup->__argument);
	}
	__key_destructors(self);
	__alloc_thread_exit();
	__thread_finish();
}

/* ---- Its creator ---- */

static struct __pthread *make_thread(const pthread_attr_t *attributes)
{
	struct __pthread *thread;

	if (attributes->__stack)
		thread = __thread_attach(attributes->__stack, attributes->__stack_size);
	else
		thread = __thread_allocate(attributes->__stack_size, attributes->__guard_size);
	return thread;
}

/* Where to clear the number of a thread that came by exec or fork the kernel learns when there is somebody who could wait for it. */
static void watch_first_thread(void)
{
	if (!__thread_self.watched)
		sys(set_tid_address, &__thread_self.tid);
	__thread_self.watched = true;
}

static long run(struct __pthread *thread)
{
	char *top = (char *)((uintptr_t)(thread->lowest + thread->usable_size) & -64ul);
	long result;

	lock_acquire(&__thread_lock);
	watch_first_thread();
	thread->next = __threads;
	thread->previous = NULL;
	if (__threads)
		__threads->previous = thread;
	__threads = thread;
	result = __thread_clone(CLONE_FLAGS, top, &thread->tid, &thread->tid, thread->tcb, thread);
	if (result < 0) {
		leave_list(thread);
		thread->tid = 0;
		__thread_release(thread);
	}
	lock_release(&__thread_lock);
	return result;
}

/* Scheduling that the attributes ask for, before the thread runs anything; when that is refused there is no thread. */
static int schedule_and_release(struct __pthread *thread, const pthread_attr_t *attributes)
{
	struct sched_param param = { .sched_priority = attributes->__priority };
	long result = 0;

	if (attributes->__inherit == PTHREAD_EXPLICIT_SCHED)
		result = sys(sched_setscheduler, thread->tid, attributes->__policy, &param);
	if (result >= 0 && attributes->__has_cpus)
		result = sys(sched_setaffinity, thread->tid, sizeof(attributes->__cpus), attributes->__cpus);
	if (result < 0)
		thread->end = THREAD_DETACHED;
	__atomic_store_n(&thread->released, result < 0 ? RELEASE_GIVE_UP : RELEASE_RUN, __ATOMIC_RELEASE);
	futex_wake(&thread->released, 1, false);
	return result < 0 ? (int)-result : 0;
}

int __thread_create(pthread_t *out, const pthread_attr_t *attributes, void *(*start)(void *), int (*start_c11)(void *),
		    void *argument)
{
	pthread_attr_t standard;
	struct __pthread *thread;
	bool scheduled;
	int error = 0;

	if (!attributes) {
		pthread_attr_init(&standard);
		attributes = &standard;
	}
	thread = make_thread(attributes);
	if (!thread)
		return EAGAIN;
	scheduled = attributes->__inherit == PTHREAD_EXPLICIT_SCHED || attributes->__has_cpus;
	thread->start = start;
	thread->start_c11 = start_c11;
	thread->argument = argument;
	thread->end = attributes->__detached ? THREAD_DETACHED : 0;
	thread->watched = true;
	thread->released = scheduled ? RELEASE_WAIT : RELEASE_RUN;
	*out = thread;
	thread->start_mask = block_signals();
	const unsigned long mask = thread->start_mask;
	thread->start_mask &= ~INTERNAL_SIGNALS;
	if (run(thread) < 0)
		error = EAGAIN;
	else if (scheduled)
		error = schedule_and_release(thread, attributes);
	restore_signals(mask);
	return error;
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*start)(void *),
		   void *restrict argument)
{
	return __thread_create(thread, attributes, start, NULL, argument);
}
