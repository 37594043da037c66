/* Pipes and AF_UNIX sockets between two processes: a byte there and back, and streams. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define PIECE	65536

static int there[2], back[2];		/* descriptors to read from and to write to */
static char data[PIECE];

static void one_pipe(void)
{
	must(pipe(there));
}

static void to_self(unsigned long count)
{
	while (count--) {
		must(write(there[1], data, 1));
		must(read(there[0], data, 1));
	}
}

static _Noreturn void echo(void *unused)
{
	for (;;) {
		read_fully(there[0], data, 1);
		write_fully(back[1], data, 1);
	}
}

static _Noreturn void swallow(void *unused)
{
	for (;;) {
		read_fully(there[0], data, PIECE);
		write_fully(back[1], data, 1);
	}
}

static void two_pipes(void)
{
	must(pipe(there));
	must(pipe(back));
}

static void two_sockets(void)
{
	int pair[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	there[0] = back[1] = pair[0];
	there[1] = back[0] = pair[1];
}

static void echo_pipe(void)
{
	two_pipes();
	start_child(echo, NULL);
}

static void echo_socket(void)
{
	two_sockets();
	start_child(echo, NULL);
}

static void ping_pong(unsigned long count)
{
	while (count--) {
		must(write(there[1], data, 1));
		must(read(back[0], data, 1));
	}
}

/* The reader says after each piece that it has it; what is in flight stays bounded, and the end of a batch is its end. */
static void swallow_pipe(void)
{
	two_pipes();
	start_child(swallow, NULL);
}

static void swallow_socket(void)
{
	two_sockets();
	start_child(swallow, NULL);
}

static void stream(unsigned long count)
{
	while (count--) {
		write_fully(there[1], data, PIECE);
		must(read(back[0], data, 1));
	}
}

const struct row ipc_rows[] = {
	{ .name = "pipe.self", .setup = one_pipe, .run = to_self },
	{ .name = "pipe.ping_pong", .setup = echo_pipe, .run = ping_pong },
	{ .name = "pipe.bandwidth", .setup = swallow_pipe, .run = stream, .bytes = PIECE },
	{ .name = "unix.ping_pong", .setup = echo_socket, .run = ping_pong },
	{ .name = "unix.bandwidth", .setup = swallow_socket, .run = stream, .bytes = PIECE },
	{ 0 }
};
