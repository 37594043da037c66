/* A child may be waited for by any thread of the parent; __WNOTHREAD restricts it to its maker. */
#include "test.h"
#include <pthread.h>

static pid_t child;

static void *thread(void *arg)
{
	int status;

	(void)arg;
	CHECK_ERRNO(waitpid(child, &status, WNOHANG | 0x20000000), ECHILD);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 8 << 8);
	return NULL;
}

static void test(void)
{
	pthread_t t;

	child = (pid_t)CHECK_OK(fork());
	if (child == 0) {
		test_sleep(10);
		_exit(8);
	}
	CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_ERRNO(waitpid(child, NULL, 0), ECHILD);
}
