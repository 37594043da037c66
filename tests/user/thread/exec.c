/* execve from a thread that is not the leader: it gets the leader's number, everybody else ends, the parent sees one process. */
#define TEST_HELPER
#include "test.h"
#include <pthread.h>

static int test_helper(int argc, char **argv)
{
	char path[64];
	int threads = 0;

	if (argc < 2 || atoi(argv[1]) != getpid() || syscall(SYS_gettid) != getpid())
		return 1;
	snprintf(path, sizeof(path), "/proc/self/task");
	DIR *dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));)
		threads += e->d_name[0] != '.';
	return threads == 1 ? 17 : 2;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *sleeper(void *arg)
{
	if (arg)
		pthread_mutex_lock(&lock);	/* held by the main thread */
	else
		for (;;)
			pause();
	return NULL;
}

static void *execute(void *arg)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", getpid());
	EXEC_SELF(number);
	return arg;
}

static void child(void)
{
	pthread_t t;

	pthread_mutex_lock(&lock);
	for (long i = 0; i < 8; i++)
		pthread_create(&t, NULL, sleeper, (void *)(i & 1));
	pthread_create(&t, NULL, execute, NULL);
	for (;;)
		pause();
}

/* Two threads execute at once: one of them wins, and there is one process. */
static void race(void)
{
	pthread_t t;

	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, execute, NULL);
	execute(NULL);
}

static void test(void)
{
	for (int i = 0; i < 10; i++) {
		pid_t pid = test_fork();
		if (pid == 0)
			child();
		CHECK_EXITS(pid, 17);
		pid = test_fork();
		if (pid == 0)
			race();
		CHECK_EXITS(pid, 17);
	}
}
