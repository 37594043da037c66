/* A thread closes the descriptor while another locks through it: no lock outlives the last descriptor of the file. */
#include "test.h"

#include <pthread.h>

#define ROUNDS 3000

static int fd;
static pthread_barrier_t barrier;

static void *closer(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		pthread_barrier_wait(&barrier);
		close(fd);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void test(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	pthread_t thread;

	test_scratch();
	CHECK_EQ(pthread_barrier_init(&barrier, NULL, 2), 0);
	CHECK_EQ(pthread_create(&thread, NULL, closer, NULL), 0);
	for (int i = 0; i < ROUNDS; i++) {
		fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0644));
		pthread_barrier_wait(&barrier);
		if (fcntl(fd, F_SETLK, &l) == -1)
			CHECK_EQ(errno, EBADF);
		pthread_barrier_wait(&barrier);
	}
	CHECK_EQ(pthread_join(thread, NULL), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		int again = (int)CHECK_OK(open("file", O_RDWR));

		CHECK_OK(fcntl(again, F_SETLK, &l));
		test_exit();
	}
	CHECK_CHILD(pid);
}
