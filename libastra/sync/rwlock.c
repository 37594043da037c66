/*
 * Locks for many readers or one writer. The word holds the number of readers, or WRITER, and SLEEPERS. All who sleep do so on a
 * sequence number of their own:
 *
 *	sleeper                                          releaser
 *	A: reads the sequence                            D: changes the word; it had SLEEPERS, and nobody holds it now
 *	B: sets SLEEPERS while it cannot have the lock   E: increments the sequence
 *	C: futex wait, if the sequence is still that     F: wakes all
 *
 * If B comes before D, D finds SLEEPERS; E then either comes before C, which returns at once, or F finds the sleeper. If D comes
 * before B, B finds a word that lets it in. Every release wakes all, each tries again and sleeps again if it must: no sleeper
 * depends on another one, so one that is timed out takes nothing with it.
 *
 * A writer counts itself in __writers while it waits; where writers are preferred, that alone holds new readers off, so the last
 * one to leave without the lock wakes them. D is the last access to a lock that another thread may then destroy; E and F
 * come after it only when SLEEPERS was set, and a sleeper still uses the lock.
 */
#include <errno.h>
#include <string.h>

#include "futex.h"
#include "thread_impl.h"

#define WRITER   0x40000000
#define SLEEPERS ((int)0x80000000u)
#define READERS  0x3fffffff

#define KIND_PREFERENCE 3
#define KIND_SHARED     4

typedef bool (*attempt)(pthread_rwlock_t *lock, int *word);

static void wake_all(pthread_rwlock_t *lock)
{
	__atomic_add_fetch(&lock->__sequence, 1, __ATOMIC_SEQ_CST);			/* E */
	futex_wake(&lock->__sequence, INT_MAX, lock->__kind & KIND_SHARED);		/* F */
}

static bool readers_wait(const pthread_rwlock_t *lock)
{
	return (lock->__kind & KIND_PREFERENCE) == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP &&
	       __atomic_load_n(&lock->__writers, __ATOMIC_SEQ_CST);
}

/* Both: *word is what the lock held when the answer is no. */
static bool try_read(pthread_rwlock_t *lock, int *word)
{
	*word = __atomic_load_n(&lock->__word, __ATOMIC_RELAXED);
	while (!(*word & WRITER) && (*word & READERS) < READERS - 1 && !readers_wait(lock)) {
		if (__atomic_compare_exchange_n(&lock->__word, word, *word + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static bool try_write(pthread_rwlock_t *lock, int *word)
{
	*word = __atomic_load_n(&lock->__word, __ATOMIC_RELAXED);
	while (!(*word & (WRITER | READERS))) {
		if (!__atomic_compare_exchange_n(&lock->__word, word, *word | WRITER, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		__atomic_store_n(&lock->__owner, thread_tid(), __ATOMIC_RELAXED);
		return true;
	}
	return false;
}

/* __owner holds the caller's number only while the caller is the writer: it wrote it, and takes it back before it releases the lock. */
static bool is_writer(const pthread_rwlock_t *lock)
{
	return __atomic_load_n(&lock->__word, __ATOMIC_RELAXED) & WRITER &&
	       __atomic_load_n(&lock->__owner, __ATOMIC_RELAXED) == thread_tid();
}

/*
 * Before B the word is compared with the one that refused the lock. A reader that only __writers holds off may set SLEEPERS on a
 * free word; the writer that has it waiting takes the lock and releases it, or leaves, and wakes.
 */
static int sleep_until(pthread_rwlock_t *lock, attempt try, const struct futex_wait *how)
{
	int word, sequence, error;

	for (;;) {
		sequence = __atomic_load_n(&lock->__sequence, __ATOMIC_SEQ_CST);		/* A */
		if (try(lock, &word))
			return 0;
		if (!(word & SLEEPERS) && !__atomic_compare_exchange_n(&lock->__word, &word, word | SLEEPERS, 0,
									__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))	/* B */
			continue;
		error = __futex_wait(&lock->__sequence, sequence, how);				/* C */
		if (error == ETIMEDOUT || error == EINVAL)
			return error;
	}
}

static int read_slowly(pthread_rwlock_t *lock, const struct futex_wait *how)
{
	if (is_writer(lock))
		return EDEADLK;
	if ((__atomic_load_n(&lock->__word, __ATOMIC_RELAXED) & READERS) >= READERS - 1)
		return EAGAIN;
	return sleep_until(lock, try_read, how);
}

static int write_slowly(pthread_rwlock_t *lock, const struct futex_wait *how)
{
	int error;

	if (is_writer(lock))
		return EDEADLK;
	__atomic_add_fetch(&lock->__writers, 1, __ATOMIC_SEQ_CST);
	error = sleep_until(lock, try_write, how);
	if (__atomic_sub_fetch(&lock->__writers, 1, __ATOMIC_SEQ_CST) == 0 && error)
		wake_all(lock);
	return error;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
	int word;

	return try_read(lock, &word) ? 0 : EBUSY;
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict lock, clockid_t clock, const struct timespec *restrict deadline)
{
	int word;

	if (try_read(lock, &word))
		return 0;
	return read_slowly(lock, &(struct futex_wait){ clock, deadline, .shared = lock->__kind & KIND_SHARED });
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, NULL);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict deadline)
{
	return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, deadline);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
	int word;

	return try_write(lock, &word) ? 0 : EBUSY;
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict lock, clockid_t clock, const struct timespec *restrict deadline)
{
	int word;

	if (try_write(lock, &word))
		return 0;
	return write_slowly(lock, &(struct futex_wait){ clock, deadline, .shared = lock->__kind & KIND_SHARED });
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, NULL);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict deadline)
{
	return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, deadline);
}

static int release_read(pthread_rwlock_t *lock, int word)
{
	int left;

	do {
		if (!(word & READERS))
			return EPERM;
		left = word - 1;
		if (left == SLEEPERS)
			left = 0;
	} while (!__atomic_compare_exchange_n(&lock->__word, &word, left, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));	/* D */
	if (word == (SLEEPERS | 1))
		wake_all(lock);
	return 0;
}

/* Only a writer sees WRITER here, and only itself can be that writer. */
int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	int word = __atomic_load_n(&lock->__word, __ATOMIC_RELAXED);

	if (!(word & WRITER))
		return release_read(lock, word);
	__atomic_store_n(&lock->__owner, 0, __ATOMIC_RELAXED);
	if (__atomic_exchange_n(&lock->__word, 0, __ATOMIC_SEQ_CST) & SLEEPERS)	/* D */
		wake_all(lock);
	return 0;
}

int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attributes)
{
	memset(lock, 0, sizeof(*lock));
	lock->__kind = attributes ? attributes->__kind : 0;
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
	return __atomic_load_n(&lock->__word, __ATOMIC_RELAXED) & (WRITER | READERS) ? EBUSY : 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *attributes)
{
	attributes->__kind = 0;
	return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attributes)
{
	return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attributes->__kind = (attributes->__kind & KIND_PREFERENCE) | (shared ? KIND_SHARED : 0);
	return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *restrict attributes, int *restrict shared)
{
	*shared = attributes->__kind & KIND_SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t *attributes, int kind)
{
	if (kind < PTHREAD_RWLOCK_PREFER_READER_NP || kind > PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)
		return EINVAL;
	attributes->__kind = (attributes->__kind & KIND_SHARED) | kind;
	return 0;
}

int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t *restrict attributes, int *restrict kind)
{
	*kind = attributes->__kind & KIND_PREFERENCE;
	return 0;
}
