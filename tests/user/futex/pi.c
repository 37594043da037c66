/* FUTEX_LOCK_PI, LOCK_PI2, TRYLOCK_PI, UNLOCK_PI: words, hand-over, time-outs, deadlocks, owners that do not exist or die. */
#include "futex.h"

static uint32_t word, other;
static volatile int tid, tid2, go;
static volatile long result;

static void test_uncontended(void)
{
	struct timespec past = { 1, 0 };

	word = 0;
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(word, gettid_());
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), -EDEADLK);
	CHECK_EQ(FUTEX(&word, TRYLOCK_PI | PRIVATE, 0, NULL), -EDEADLK);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(word, 0);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), -EPERM);
	CHECK_EQ(FUTEX(&word, TRYLOCK_PI), 0);
	CHECK_EQ(word, gettid_());
	CHECK_EQ(FUTEX(&word, UNLOCK_PI), 0);
	CHECK_EQ(FUTEX(&word, LOCK_PI2 | PRIVATE, 0, &past), 0);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI), 0);
	word = OWNER_DIED;
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(word, (OWNER_DIED | (uint32_t)gettid_()));
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(word, 0);
}

static void test_errors(void)
{
	struct timespec bad = { 0, 1000000000 };

	word = 0x3ffffff0;				/* nobody's number */
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), -ESRCH);
	word = 0;
	CHECK_EQ(FUTEX((char *)&word + 1, LOCK_PI | PRIVATE, 0, NULL), -EINVAL);
	CHECK_EQ(FUTEX(test_unmapped(), LOCK_PI | PRIVATE, 0, NULL), -EFAULT);
	CHECK_EQ(FUTEX(test_unmapped(), UNLOCK_PI | PRIVATE), -EFAULT);
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, &bad), -EINVAL);
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, test_unmapped()), -EFAULT);
	CHECK_EQ(FUTEX(&word, LOCK_PI | REALTIME, 0, NULL), -ENOSYS);
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK_EQ(FUTEX(page, LOCK_PI | PRIVATE, 0, NULL), -EFAULT);
}

static void *locker(void *arg)
{
	tid = gettid_();
	result = FUTEX(&word, LOCK_PI | PRIVATE, 0, arg);
	if (result == 0)
		result = (word & 0x3fffffff) == (uint32_t)gettid_() ? 0 : 1;
	while (!go)
		sched_yield();
	if (result == 0)
		result = FUTEX(&word, UNLOCK_PI | PRIVATE);
	return NULL;
}

static void test_hand_over(void)
{
	pthread_t t;

	word = (uint32_t)gettid_();
	tid = go = 0;
	result = -1;
	CHECK_EQ(pthread_create(&t, NULL, locker, NULL), 0);
	await_sleep(&tid);
	CHECK_EQ(word, (WAITERS | (uint32_t)gettid_()));
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(word & 0x3fffffff, tid);
	CHECK_EQ(FUTEX(&word, TRYLOCK_PI | PRIVATE), -EAGAIN);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), -EPERM);
	go = 1;
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(word & 0x3fffffff, gettid_());
	pthread_join(t, NULL);
	CHECK_EQ(result, 0);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(word, 0);
}

static void test_timeout(void)
{
	pthread_t t;
	struct timespec at = from_now(CLOCK_REALTIME, 30);

	word = (uint32_t)gettid_();
	tid = 0;
	go = 1;
	CHECK_EQ(pthread_create(&t, NULL, locker, &at), 0);
	pthread_join(t, NULL);
	CHECK_EQ(result, -ETIMEDOUT);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(word, 0);
}

/* Holds `other`, wants `word`. */
static void *crossing(void *arg)
{
	(void)arg;
	FUTEX(&other, LOCK_PI | PRIVATE, 0, NULL);
	tid2 = gettid_();
	result = FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL);
	FUTEX(&word, UNLOCK_PI | PRIVATE);
	FUTEX(&other, UNLOCK_PI | PRIVATE);
	return NULL;
}

static void test_deadlock(void)
{
	pthread_t t;

	word = other = 0;
	tid2 = 0;
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(pthread_create(&t, NULL, crossing, NULL), 0);
	await_sleep(&tid2);
	CHECK_EQ(FUTEX(&other, LOCK_PI | PRIVATE, 0, NULL), -EDEADLK);
	CHECK_EQ(FUTEX(&word, UNLOCK_PI | PRIVATE), 0);
	pthread_join(t, NULL);
	CHECK_EQ(result, 0);
}

/* The owner ends without a word: who waits gets the lock, marked. */
static void *dying(void *arg)
{
	(void)arg;
	FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL);
	tid2 = gettid_();
	while (!go)
		sched_yield();
	return NULL;
}

static void test_owner_death(void)
{
	pthread_t owner, waiters[3];

	word = 0;
	go = tid = tid2 = 0;
	CHECK_EQ(pthread_create(&owner, NULL, dying, NULL), 0);
	while (!tid2)
		sched_yield();
	for (int i = 0; i < 3; i++) {
		tid = 0;
		CHECK_EQ(pthread_create(&waiters[i], NULL, locker, NULL), 0);
		await_sleep(&tid);
	}
	go = 1;
	pthread_join(owner, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(waiters[i], NULL);
	CHECK_EQ(result, 0);
	CHECK_EQ(word & 0x3fffffff, 0);
	word = (uint32_t)tid2;				/* dead, and nobody waited: no one can have it */
	CHECK_EQ(FUTEX(&word, LOCK_PI | PRIVATE, 0, NULL), -ESRCH);
}

/* In shared memory, between processes, at two addresses. */
static void test_shared(void)
{
	char name[] = "/tmp/futexXXXXXX";
	int fd = CHECK_OK(mkstemp(name)), status;
	CHECK_OK(unlink(name));
	CHECK_OK(ftruncate(fd, (long)PAGE));
	uint32_t *a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	volatile uint32_t *flag = a + 8;

	CHECK_EQ(FUTEX(a, LOCK_PI, 0, NULL), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		uint32_t *b = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		munmap(a, PAGE);
		b[8] = 1;
		CHECK_EQ(FUTEX(b, LOCK_PI, 0, NULL), 0);
		CHECK_EQ(*b & 0x3fffffff, getpid());
		_exit(test_failures ? 1 : 40);		/* with the lock in its hands */
	}
	while (!(*a & WAITERS))
		sched_yield();
	CHECK_EQ(*flag, 1);
	CHECK_EQ(FUTEX(a, UNLOCK_PI), 0);
	long r = FUTEX(a, LOCK_PI, 0, NULL);
	CHECK(r == 0 || r == -ESRCH);			/* it waited for the child's end, or came after it */
	if (r == 0)
		CHECK_EQ(*a & ~WAITERS, (OWNER_DIED | (uint32_t)getpid()));
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 40 << 8);
	close(fd);
}

#define LOCKERS 6
#define ROUNDS	400

static volatile long counter;
static uint32_t hot;

static void *contender(void *arg)
{
	uint32_t me = (uint32_t)gettid_();

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t zero = 0, mine = me;

		if (!__atomic_compare_exchange_n(&hot, &zero, me, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) &&
		    FUTEX(&hot, LOCK_PI | PRIVATE, 0, NULL) != 0)
			return (void *)1;
		counter = counter + 1;
		if (i % 16 == 0)
			sched_yield();
		if (!__atomic_compare_exchange_n(&hot, &mine, 0, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) &&
		    FUTEX(&hot, UNLOCK_PI | PRIVATE) != 0)
			return (void *)2;
	}
	return NULL;
}

static void test_contention(void)
{
	pthread_t t[LOCKERS];
	void *r;

	for (int i = 0; i < LOCKERS; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, contender, NULL), 0);
	for (int i = 0; i < LOCKERS; i++) {
		CHECK_EQ(pthread_join(t[i], &r), 0);
		CHECK_EQ((long)r, 0);
	}
	CHECK_EQ(counter, LOCKERS * ROUNDS);
	CHECK_EQ(hot, 0);
}

static void test(void)
{
	test_uncontended();
	test_errors();
	test_hand_over();
	test_timeout();
	test_deadlock();
	test_owner_death();
	test_shared();
	test_contention();
}
