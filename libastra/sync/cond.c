/*
 * Condition variables within a process. Each sleeper has a node on its own stack in a list, oldest first, and sleeps on the
 * node's state. A signal picks the oldest node that still waits; a thread that comes later has a node of its own and cannot
 * take that wake-up, and no other thread's end of waiting can swallow it. States of a node:
 *
 *	WAITING   in the list
 *	PICKED    off the list by a signaller, which still uses the condition variable
 *	SIGNALED  the signaller is done with it: the sleeper returns
 *	LEAVING   timed out or cancelled; takes itself off the list
 *
 *	sleeper                                             signaller
 *	A: node in the list (lock), unlocks the mutex       C: WAITING -> PICKED, off the list (lock)
 *	B: sleeps while the state is WAITING or PICKED      D: state = SIGNALED, wakes the node's futex
 *	E: timed out: WAITING -> LEAVING
 *
 * C and E change the same word by compare-and-exchange, so one of them wins: a signal never goes to a thread that has left, and who
 * was picked returns 0, although its time is over or it was cancelled. The futex compares the state, so D is not missed.
 *
 * Whoever returns from a wait may destroy the condition variable at once. Thus D comes after the signaller's last use of it, and
 * a signaller that meets nodes in LEAVING waits until these are off the list: their threads still need it.
 */
#include <errno.h>

#include "cond_impl.h"
#include "mutex_impl.h"

enum state { WAITING, PICKED, SIGNALED, LEAVING };

/* [c] the condition variable's lock */
struct node {
	struct node *next, *previous;	/* [c] */
	int state;			/* [a] futex */
	int *notify;			/* [c] of the signaller that waits for this one to leave, or NULL */
};

static void lock_list(pthread_cond_t *cond)
{
	lock_acquire((lock_t *)&cond->__lock);
}

static void unlock_list(pthread_cond_t *cond)
{
	lock_release((lock_t *)&cond->__lock);
}

static void append(pthread_cond_t *cond, struct node *node)
{
	lock_list(cond);
	node->previous = cond->__last;
	if (node->previous)
		node->previous->next = node;
	else
		cond->__first = node;
	cond->__last = node;
	unlock_list(cond);
}

static void unlink_node(pthread_cond_t *cond, struct node *node)
{
	if (node->next)
		node->next->previous = node->previous;
	else
		cond->__last = node->previous;
	if (node->previous)
		node->previous->next = node->next;
	else
		cond->__first = node->next;
}

static bool change(struct node *node, int from, int to)
{
	return __atomic_compare_exchange_n(&node->state, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static int sleep_on(struct node *node, const struct futex_wait *how)
{
	const struct futex_wait until_signaled = { 0 };
	int state, error = 0;

	while ((state = __atomic_load_n(&node->state, __ATOMIC_ACQUIRE)) != SIGNALED) {
		error = __futex_wait(&node->state, state, state == WAITING ? how : &until_signaled);
		if ((error == ETIMEDOUT || error == EINVAL || error == ECANCELED) && change(node, WAITING, LEAVING))
			return error;
	}
	return 0;
}

/* The node is LEAVING: the signaller that waits for that is told last, on its own stack. */
static void leave(pthread_cond_t *cond, struct node *node)
{
	int *notify;

	lock_list(cond);
	unlink_node(cond, node);
	notify = node->notify;
	unlock_list(cond);
	if (notify && __atomic_sub_fetch(notify, 1, __ATOMIC_ACQ_REL) == 0)
		futex_wake(notify, 1, false);
}

static int wait_private(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct futex_wait *how)
{
	struct node node = { .state = WAITING };
	int error = 0;

	append(cond, &node);				/* A */
	pthread_mutex_unlock(mutex);
	error = sleep_on(&node, how);			/* B, E */
	if (error)
		leave(cond, &node);
	return error;
}

/* Off the list: up to `count` nodes that wait, by `next`; *leaving counts those that the caller must wait for. */
static struct node *pick(pthread_cond_t *cond, unsigned count, int *leaving)
{
	struct node *picked = NULL, **end = &picked, *next;

	lock_list(cond);
	for (struct node *node = cond->__first; node && count; node = next) {
		next = node->next;
		if (!change(node, WAITING, PICKED)) {	/* C */
			if (!node->notify) {
				node->notify = leaving;
				__atomic_add_fetch(leaving, 1, __ATOMIC_RELAXED);
			}
			continue;
		}
		unlink_node(cond, node);
		node->next = NULL;
		*end = node;
		end = &node->next;
		count--;
	}
	unlock_list(cond);
	return picked;
}

static void wake_private(pthread_cond_t *cond, unsigned count)
{
	int leaving = 0, now;
	struct node *node, *next;

	if (!__atomic_load_n(&cond->__first, __ATOMIC_ACQUIRE))
		return;
	node = pick(cond, count, &leaving);
	while ((now = __atomic_load_n(&leaving, __ATOMIC_ACQUIRE)) != 0)
		__futex_wait(&leaving, now, &(struct futex_wait){ 0 });
	for (; node; node = next) {
		int *state = &node->state;

		next = node->next;
		__atomic_store_n(state, SIGNALED, __ATOMIC_RELEASE);	/* D; the node may be gone from here on */
		futex_wake(state, 1, false);
	}
}

/*
 * A wait that is cancelled has the mutex again when the clean-up handlers run. Cancellation is masked so that the futex call
 * answers ECANCELED; the thread ends at the very end.
 */
int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, clockid_t clock,
			   const struct timespec *restrict deadline)
{
	struct futex_wait how = { clock, deadline, .shared = cond->__kind & COND_SHARED, .cancel = true };
	int state, error, lock_error;

	if (deadline && !deadline_valid(clock, deadline))
		return EINVAL;
	if (mutex->__kind && mutex_type(mutex) != PTHREAD_MUTEX_NORMAL && !mutex_owned(mutex))
		return EPERM;
	pthread_testcancel();
	state = __thread_mask_cancel();
	error = how.shared ? __cond_wait_shared(cond, mutex, &how) : wait_private(cond, mutex, &how);
	__thread_cancel_state(PTHREAD_CANCEL_DISABLE);
	lock_error = pthread_mutex_lock(mutex);
	__thread_cancel_state(state);
	if (error == ECANCELED)
		__cancel_now();
	return lock_error ? lock_error : error;
}

int pthread_cond_wait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex)
{
	return pthread_cond_clockwait(cond, mutex, CLOCK_REALTIME, NULL);
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
			   const struct timespec *restrict deadline)
{
	return pthread_cond_clockwait(cond, mutex, cond->__kind & COND_CLOCK, deadline);
}

int pthread_cond_signal(pthread_cond_t *cond)
{
	if (cond->__kind & COND_SHARED)
		__cond_wake_shared(cond, 1);
	else
		wake_private(cond, 1);
	return 0;
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
	if (cond->__kind & COND_SHARED)
		__cond_wake_shared(cond, INT_MAX);
	else
		wake_private(cond, UINT_MAX);
	return 0;
}
