/* abort ends the process by SIGABRT, though a handler returns and other threads set it again all the time. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void handler(int sig)
{
}

static void *set_again(void *unused)
{
	for (int i = 0; i < 20000; i++)
		signal(SIGABRT, handler);
	return NULL;
}

static void *give_up(void *unused)
{
	abort();
}

static int death_of_child(void)
{
	pthread_t threads[3];
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGABRT, handler);
		pthread_create(&threads[0], NULL, set_again, NULL);
		pthread_create(&threads[1], NULL, give_up, NULL);
		pthread_create(&threads[2], NULL, give_up, NULL);
		for (int i = 0; i < 3; i++)
			pthread_join(threads[i], NULL);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int main(void)
{
	struct timespec slice = { -1, -1 };

	for (int i = 0; i < 10; i++)
		CHECK(death_of_child() == SIGABRT);
	CHECK(sched_rr_get_interval(0, &slice) == 0 && slice.tv_sec >= 0 && slice.tv_nsec >= 0);
	CHECK_END();
}
