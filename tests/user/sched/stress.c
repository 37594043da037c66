/*
 * Processes and threads that at random yield, sleep, pass a byte on by pipe, change affinity, nice values and policies, their own and
 * each other's, fork and end: seeded, for some seconds. What is checked: everything ends, every byte arrives, and affinity holds.
 */
#include "share.h"
#include <pthread.h>

#define PROCESSES 6
#define THREADS	  3
#define SECONDS	  4

static volatile int64_t *tids;		/* of all threads, for the others to meddle with */
static unsigned long all_cpus[16];
static int ring[PROCESSES][2];
static int64_t end_at;

static unsigned next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void meddle(unsigned *random)
{
	int tid = (int)tids[next_random(random) % (PROCESSES * THREADS)];
	int policy = next_random(random) % 2 ? SCHED_OTHER : SCHED_BATCH, zero = 0, rt = 1 + (int)(next_random(random) % 20);

	if (tid == 0)
		return;
	switch (next_random(random) % 4) {
	case 0:
		RAW(SYS_setpriority, PRIO_PROCESS, tid, (int)(next_random(random) % 20));
		break;
	case 1:
		RAW(SYS_sched_setscheduler, tid, policy, &zero);
		break;
	case 2:
		RAW(SYS_sched_setscheduler, tid, next_random(random) % 2 ? SCHED_RR : SCHED_FIFO, &rt);
		break;
	case 3:
		RAW(SYS_sched_setaffinity, tid, sizeof(all_cpus), all_cpus);
		break;
	}
}

static void move(unsigned *random)
{
	unsigned long one[16] = { 0 };
	unsigned here, cpu = next_random(random) % 64;

	if (!(all_cpus[0] >> cpu & 1))
		return;
	one[0] = 1ul << cpu;
	RAW(SYS_sched_setaffinity, 0, sizeof(one), one);
	RAW(SYS_getcpu, &here, NULL, NULL);
	unsigned long now[16] = { 0 };
	RAW(SYS_sched_getaffinity, 0, sizeof(now), now);
	if (now[0] == one[0] && here != cpu) {		/* nobody gave us all of them back in between */
		test_print("on CPU %u, may only be on %u\n", here, cpu);
		_exit(2);
	}
	RAW(SYS_sched_setaffinity, 0, sizeof(all_cpus), all_cpus);
}

static void child_that_ends(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		sched_yield();
		_exit(0);
	}
	if (pid > 0)
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			;
}

static void *worker(void *arg)
{
	unsigned index = (unsigned)(uintptr_t)arg, random = 12345 + index * 7919;
	bool first = index % THREADS == 0;
	char c = 'x';

	tids[index] = RAW(SYS_gettid);
	while (test_now() < end_at) {
		switch (next_random(&random) % 8) {
		case 0:
			test_sleep(1);
			break;
		case 1:
			meddle(&random);
			break;
		case 2:
			move(&random);
			break;
		case 3:
			if (first)
				child_that_ends();
			break;
		case 4:
			if (first && (read(ring[index / THREADS][0], &c, 1) != 1 || write(ring[(index / THREADS + 1) % PROCESSES][1], &c, 1) != 1))
				_exit(3);
			break;
		default:
			for (unsigned i = next_random(&random) % 20; i > 0; i--)
				sched_yield();
		}
	}
	return NULL;
}

static void test(void)
{
	pid_t pids[PROCESSES];
	char c = 'x', got[64];

	tids = shared_words();
	RAW(SYS_sched_getaffinity, 0, sizeof(all_cpus), all_cpus);
	for (int i = 0; i < PROCESSES; i++) {
		CHECK_OK(pipe(ring[i]));
		CHECK_EQ(write(ring[i][1], "xxxx", 4), 4);
	}
	end_at = test_now() + SECONDS * 1000000000LL;
	for (unsigned i = 0; i < PROCESSES; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			pthread_t threads[THREADS];

			for (unsigned k = 1; k < THREADS; k++)
				CHECK_EQ(pthread_create(&threads[k], NULL, worker, (void *)(uintptr_t)(i * THREADS + k)), 0);
			worker((void *)(uintptr_t)(i * THREADS));
			for (unsigned k = 1; k < THREADS; k++)
				CHECK_EQ(pthread_join(threads[k], NULL), 0);
			/* Let go who may still wait for a byte of ours. */
			CHECK_EQ(write(ring[(i + 1) % PROCESSES][1], &c, 1), 1);
			test_exit();
		}
	}
	for (int i = 0; i < PROCESSES; i++)
		CHECK_CHILD(pids[i]);
	long bytes = 0;
	for (int i = 0; i < PROCESSES; i++) {
		fcntl(ring[i][0], F_SETFL, O_NONBLOCK);
		for (long n; (n = read(ring[i][0], got, sizeof(got))) > 0; bytes += n)
			;
	}
	CHECK_EQ(bytes, PROCESSES * 5);
}
