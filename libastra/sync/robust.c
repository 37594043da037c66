/*
 * Robust mutexes. Each thread keeps a list of those that it holds, which the kernel walks when the thread dies: it marks each
 * word FUTEX_OWNER_DIED and wakes a sleeper. `pending` names the mutex between the change of its word and that of the list, when
 * the one does not yet tell of the other. The list is the owner's alone; the kernel reads it when the owner can no longer run.
 */
#include <errno.h>

#include "mutex_impl.h"

static void register_thread(struct __pthread *self)
{
	if (self->robust.first)
		return;
	self->robust.first = (struct __robust_link *)&self->robust;
	self->robust.offset = (long)__builtin_offsetof(pthread_mutex_t, __word) - (long)__builtin_offsetof(pthread_mutex_t, __link);
	sys(set_robust_list, &self->robust, sizeof(self->robust));
}

static struct __robust_link *head_of(struct __pthread *self)
{
	return (struct __robust_link *)&self->robust.first;
}

/* The lowest bit of a reference tells the kernel that the futex inherits priority. */
static struct __robust_link *tag(pthread_mutex_t *mutex)
{
	return (struct __robust_link *)((uintptr_t)&mutex->__link | !!(mutex->__kind & MUTEX_INHERIT));
}

static struct __robust_link *untag(struct __robust_link *link)
{
	return (struct __robust_link *)((uintptr_t)link & ~1ul);
}

static void add(struct __pthread *self, pthread_mutex_t *mutex)
{
	struct __robust_link *link = &mutex->__link;

	link->__next = self->robust.first;
	link->__previous = head_of(self);
	if (untag(link->__next) != head_of(self))
		untag(link->__next)->__previous = link;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self->robust.first = tag(mutex);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self->robust.pending = NULL;
}

static void remove(struct __pthread *self, pthread_mutex_t *mutex)
{
	struct __robust_link *link = &mutex->__link;

	link->__previous->__next = link->__next;
	if (untag(link->__next) != head_of(self))
		untag(link->__next)->__previous = link->__previous;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Takes it when nobody lives who has it: 0 or EOWNERDEAD; EBUSY when another thread was faster or has it. */
static int take(pthread_mutex_t *mutex, int waiters)
{
	int word = __atomic_load_n(&mutex->__word, __ATOMIC_RELAXED);

	if (word & (int)FUTEX_TID_MASK)
		return EBUSY;
	if (!__atomic_compare_exchange_n(&mutex->__word, &word, thread_tid() | (word & (int)FUTEX_WAITERS) | waiters, 0,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return EBUSY;
	return word & (int)FUTEX_OWNER_DIED ? EOWNERDEAD : 0;
}

static int take_or_sleep(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	int waiters = 0, word, error;

	for (;;) {
		error = take(mutex, waiters);
		if (error != EBUSY || !how)
			return error;
		word = __atomic_load_n(&mutex->__word, __ATOMIC_RELAXED);
		if (!(word & (int)FUTEX_TID_MASK))
			continue;
		if (!(word & (int)FUTEX_WAITERS)) {
			if (!__atomic_compare_exchange_n(&mutex->__word, &word, word | (int)FUTEX_WAITERS, 0, __ATOMIC_RELAXED,
							 __ATOMIC_RELAXED))
				continue;
			word |= (int)FUTEX_WAITERS;
		}
		error = __futex_wait(&mutex->__word, word, how);
		if (error == ETIMEDOUT || error == EINVAL)
			return error;
		waiters = (int)FUTEX_WAITERS;
	}
}

static int take_inheriting(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	int error = mutex_take_free(mutex, 0) ? 0 : __inherit_lock(mutex, how);

	if (error || !(__atomic_load_n(&mutex->__word, __ATOMIC_RELAXED) & (int)FUTEX_OWNER_DIED))
		return error;
	__atomic_and_fetch(&mutex->__word, ~(int)FUTEX_OWNER_DIED, __ATOMIC_RELAXED);
	return EOWNERDEAD;
}

int __robust_lock(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	struct __pthread *self = &__thread_self;
	int error;

	register_thread(self);
	self->robust.pending = tag(mutex);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	error = mutex->__kind & MUTEX_INHERIT ? take_inheriting(mutex, how) : take_or_sleep(mutex, how);
	if (error && error != EOWNERDEAD) {
		self->robust.pending = NULL;
		return error;
	}
	add(self, mutex);
	if (error == EOWNERDEAD && mutex->__state == MUTEX_CONSISTENT) {
		mutex->__state = MUTEX_INCONSISTENT;
		mutex->__depth = 0;
	}
	if (mutex->__state == MUTEX_LOST) {
		__robust_unlock(mutex);
		return ENOTRECOVERABLE;
	}
	return mutex->__state == MUTEX_INCONSISTENT ? EOWNERDEAD : 0;
}

/* A mutex whose data nobody has repaired is lost: everyone who sleeps for it is told. */
int __robust_unlock(pthread_mutex_t *mutex)
{
	struct __pthread *self = &__thread_self;
	bool shared = mutex_shared(mutex), inherits = mutex->__kind & MUTEX_INHERIT;
	int count = 1;

	if (mutex->__state != MUTEX_CONSISTENT) {
		mutex->__state = MUTEX_LOST;
		count = INT_MAX;
	}
	self->robust.pending = tag(mutex);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	remove(self, mutex);
	if (inherits)
		__inherit_unlock(mutex);
	else if (__atomic_exchange_n(&mutex->__word, 0, __ATOMIC_RELEASE) & (int)FUTEX_WAITERS)
		futex_wake(&mutex->__word, count, shared);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self->robust.pending = NULL;
	return 0;
}

int pthread_mutex_consistent(pthread_mutex_t *mutex)
{
	if (!(mutex->__kind & MUTEX_ROBUST) || mutex->__state != MUTEX_INCONSISTENT || !mutex_owned(mutex))
		return EINVAL;
	mutex->__state = MUTEX_CONSISTENT;
	return 0;
}
