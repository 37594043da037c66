/* Both sides are opened, used and closed by processes and threads at once; afterwards a pair still works. */
#include "pty.h"

#include <pthread.h>

#define ROUNDS 60

static void *reader(void *arg)
{
	char buf[64];
	int fd = (int)(long)arg;

	while (read(fd, buf, sizeof(buf)) > 0)
		;
	return NULL;
}

static void *writer(void *arg)
{
	int fd = (int)(long)arg;

	for (int i = 0; i < 20; i++)
		if (write(fd, "some line of text\n", 18) < 0)
			break;
	return NULL;
}

/* The reader holds a descriptor of its own: a number that another thread closed may be somebody else's soon. */
static void *opener(void *arg)
{
	int fd = open(arg, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0) {
		(void)reader((void *)(long)fd);
		close(fd);
	}
	return NULL;
}

static void round_of(bool master_first)
{
	pthread_t threads[3];
	int copy;

	pty_pair();
	CHECK_OK(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK));
	copy = (int)CHECK_OK(dup(slave));
	pthread_create(&threads[0], NULL, reader, (void *)(long)copy);
	pthread_create(&threads[1], NULL, writer, (void *)(long)copy);
	pthread_create(&threads[2], NULL, opener, slave_name);
	(void)!write(master, "x\n", 2);
	close(master_first ? master : slave);
	if (!master_first)
		close(master);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	if (master_first)
		close(slave);
	close(copy);
}

static void sessions(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		pid_t pid;

		pty_pair();
		pid = pty_fork();
		if (pid == 0) {
			int fd = open("/dev/tty", O_RDWR);

			(void)!write(fd, "x", 1);
			_exit(0);
		}
		if (i % 2)
			close(master);
		test_wait(pid);
		if (i % 2 == 0)
			close(master);
		close(slave);
	}
}

static void test(void)
{
	pid_t pid;

	for (int i = 0; i < ROUNDS; i++)
		round_of(i % 2);
	pid = test_fork();
	if (pid == 0) {
		sessions();
		test_exit();
	}
	sessions();
	CHECK_CHILD(pid);
	pty_pair();
	TYPE("still\n");
	CHECK_READ(slave, 100, "still\n");
}
