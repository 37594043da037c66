/* Threads of one process: their making, futexes and mutexes. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define STACK		65536
/* musl has no header with these: linux/futex.h. */
#define FUTEX_WAIT	0
#define FUTEX_WAKE	1
#define FUTEX_PRIVATE	128

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int turn;
static char *stack;

static void *nothing(void *unused)
{
	return NULL;
}

static void spawn_join(unsigned long count)
{
	pthread_t thread;

	while (count--) {
		must_zero(pthread_create(&thread, NULL, nothing, NULL));
		must_zero(pthread_join(thread, NULL));
	}
}

static void make_stack(void)
{
	stack = must_map(mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int end_at_once(void *unused)
{
	return 0;
}

static void futex(volatile int *word, int operation, int value)
{
	syscall(SYS_futex, word, operation | FUTEX_PRIVATE, value, NULL, NULL, 0);
}

static void raw_clone(unsigned long count)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
		CLONE_CHILD_CLEARTID;
	static int tid;

	while (count--) {
		int seen;

		must(clone(end_at_once, stack + STACK, flags, NULL, &tid, NULL, &tid));
		while ((seen = *(volatile int *)&tid) != 0)	/* a shared futex, as the kernel's wake for it is */
			syscall(SYS_futex, &tid, FUTEX_WAIT, seen, NULL, NULL, 0);
	}
}

/* Wait for TURN to be MINE, then give it to the other. */
static void take_turn(int mine)
{
	int seen;

	while ((seen = turn) != mine)
		futex(&turn, FUTEX_WAIT, seen);
	turn = !mine;
	futex(&turn, FUTEX_WAKE, 1);
}

static _Noreturn void *answer(void *unused)
{
	for (;;)
		take_turn(1);
}

static void start_answering(void)
{
	pthread_t thread;

	must_zero(pthread_create(&thread, NULL, answer, NULL));
}

static void futex_ping_pong(unsigned long count)
{
	while (count--)
		take_turn(0);
	while (turn != 0)
		futex(&turn, FUTEX_WAIT, 1);
}

static void lock_unlock(unsigned long count)
{
	while (count--) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
}

static void *lock_many(void *count)
{
	lock_unlock((unsigned long)count);
	return NULL;
}

/* COUNT sections in each of two threads. */
static void lock_contended(unsigned long count)
{
	pthread_t thread;

	must_zero(pthread_create(&thread, NULL, lock_many, (void *)count));
	lock_unlock(count);
	must_zero(pthread_join(thread, NULL));
}

const struct row thread_rows[] = {
	{ .name = "thread.spawn_join", .run = spawn_join },
	{ .name = "thread.clone", .setup = make_stack, .run = raw_clone },
	{ .name = "futex.ping_pong", .setup = start_answering, .run = futex_ping_pong },
	{ .name = "mutex.uncontended", .run = lock_unlock },
	{ .name = "mutex.contended", .run = lock_contended },
	{ 0 }
};
