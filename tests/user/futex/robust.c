/* Robust lists: owners that end leave OWNER_DIED and wake a waiter, for plain and inheriting locks; get_robust_list; nonsense lists. */
#include "futex.h"

struct node {
	struct node *next;
	uint32_t word;
};

struct head {
	struct node *next;
	long offset;
	struct node *pending;
};

static struct node nodes[4];
static volatile int tid, go;
static volatile long result;

static struct node *tagged(struct node *n, int pi)
{
	return (struct node *)((uintptr_t)n | (uintptr_t)pi);
}

/* Owns nodes 0 … 2 (1 and 2 inherit), 3 is about to be taken. Ends without a word. */
static void *owner(void *arg)
{
	static struct head head;
	uint32_t me = (uint32_t)gettid_();

	(void)arg;
	nodes[0].word = nodes[3].word = me;
	nodes[1].word = me;
	nodes[2].word = me;
	nodes[0].next = tagged(&nodes[1], 1);
	nodes[1].next = tagged(&nodes[2], 1);
	nodes[2].next = (struct node *)&head;
	head = (struct head){ &nodes[0], offsetof(struct node, word), &nodes[3] };
	CHECK_EQ(RAW(SYS_set_robust_list, &head, sizeof(head)), 0);
	struct head *got = NULL;
	size_t length = 0;
	CHECK_EQ(RAW(SYS_get_robust_list, 0, &got, &length), 0);
	CHECK(got == &head);
	CHECK_EQ(length, sizeof(head));
	tid = (int)me;
	while (!go)
		sched_yield();
	syscall(SYS_exit, 0);			/* musl would take its own list away */
	return NULL;
}

static volatile int waiter_tid;

static void *plain_waiter(void *arg)
{
	uint32_t seen = nodes[0].word | WAITERS;

	(void)arg;
	nodes[0].word = seen;
	waiter_tid = gettid_();
	while (FUTEX(&nodes[0].word, WAIT, seen, NULL) == 0 && nodes[0].word == seen)
		;
	return NULL;
}

static void *pi_waiter(void *arg)
{
	(void)arg;
	waiter_tid = gettid_();
	result = FUTEX(&nodes[2].word, LOCK_PI | PRIVATE, 0, NULL);
	if (result == 0 && nodes[2].word != (OWNER_DIED | (uint32_t)gettid_()) &&
	    nodes[2].word != (WAITERS | OWNER_DIED | (uint32_t)gettid_()))
		result = 1;
	FUTEX(&nodes[2].word, UNLOCK_PI | PRIVATE);
	return NULL;
}

static void test_death(void)
{
	pthread_t t, plain, inheriting;
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	CHECK_EQ(pthread_create(&t, &attr, owner, NULL), 0);
	while (!tid)
		sched_yield();
	CHECK_EQ(pthread_create(&plain, NULL, plain_waiter, NULL), 0);
	await_sleep(&waiter_tid);
	waiter_tid = 0;
	CHECK_EQ(pthread_create(&inheriting, NULL, pi_waiter, NULL), 0);
	await_sleep(&waiter_tid);
	go = 1;
	pthread_join(plain, NULL);
	pthread_join(inheriting, NULL);
	CHECK_EQ(result, 0);
	CHECK_EQ(nodes[0].word, (WAITERS | OWNER_DIED));
	CHECK_EQ(nodes[1].word & ~WAITERS, OWNER_DIED);
	CHECK_EQ(nodes[3].word & ~WAITERS, OWNER_DIED);
	while (RAW(SYS_tgkill, getpid(), tid, 0) == 0)
		sched_yield();
	CHECK_EQ(FUTEX(&nodes[1].word, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(nodes[1].word, (OWNER_DIED | (uint32_t)gettid_()));
	CHECK_EQ(FUTEX(&nodes[1].word, UNLOCK_PI | PRIVATE), 0);
}

/* Any list may be nonsense: the child ends all the same. */
static void test_nonsense(void)
{
	static struct head head;
	static struct node loop[2];

	for (int kind = 0; kind < 5; kind++) {
		pid_t pid = test_fork();

		if (pid == 0) {
			struct head *h = &head;
			loop[0].next = &loop[1];
			loop[1].next = &loop[0];
			head = (struct head){ &loop[0], 8, NULL };
			if (kind == 1)
				head.next = (struct node *)8;
			if (kind == 2)
				head.offset = 1;
			if (kind == 3)
				head = (struct head){ (struct node *)&head, 3, (struct node *)0xffff800000000000 };
			if (kind == 4)
				h = test_unmapped();
			CHECK_EQ(RAW(SYS_set_robust_list, h, sizeof(*h)), 0);
			test_exit();
		}
		CHECK_CHILD(pid);
	}
}

static void test_errors(void)
{
	void *head;
	size_t length;

	CHECK_EQ(RAW(SYS_set_robust_list, NULL, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_get_robust_list, 4194304, &head, &length), -ESRCH);
	CHECK_EQ(RAW(SYS_get_robust_list, -1, &head, &length), -ESRCH);
	CHECK_EQ(RAW(SYS_get_robust_list, 0, test_unmapped(), &length), -EFAULT);
	CHECK_EQ(RAW(SYS_get_robust_list, 0, &head, test_unmapped()), -EFAULT);
	if (geteuid() == 0) {
		pid_t pid = test_fork();
		if (pid == 0) {
			CHECK_EQ(setuid(NO_UID), 0);
			CHECK_EQ(RAW(SYS_get_robust_list, getppid(), &head, &length), -EPERM);
			test_exit();
		}
		CHECK_CHILD(pid);
	}
}

static void test(void)
{
	test_errors();
	test_nonsense();
	test_death();
}
