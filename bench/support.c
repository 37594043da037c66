/* What several subjects use: results that must be good, children, whole reads and writes. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

long must(long result)
{
	if (result < 0)
		give_up(errno);
	return result;
}

void *must_map(void *pointer)
{
	if (pointer == MAP_FAILED)
		give_up(errno);
	return pointer;
}

void must_zero(int error)
{
	if (error)
		give_up(error);
}

int fork_child(void)
{
	return must(fork());
}

void reap(int child)
{
	int status;

	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		give_up(ECHILD);
}

int start_child(void (*work)(void *), void *argument)
{
	int child = fork_child();

	if (child == 0) {
		work(argument);
		_exit(0);
	}
	return child;
}

/* A row's child that reads from its row to the end is done, whatever the order in which the two end. */
static _Noreturn void end_of_stream(void)
{
	if (getpid() == row_process)
		give_up(EPIPE);
	_exit(0);
}

void read_fully(int fd, void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		long got = must(read(fd, (char *)data + done, size - done));

		if (got == 0)
			end_of_stream();
		done += got;
	}
}

void write_fully(int fd, const void *data, size_t size)
{
	for (size_t done = 0; done < size;)
		done += must(write(fd, (const char *)data + done, size - done));
}

void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set));
}

int without_delay(int fd)
{
	int on = 1;

	must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
	return fd;
}
