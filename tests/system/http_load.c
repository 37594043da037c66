/*
 * http_load ADDRESS PORT CONNECTIONS REQUESTS EACH PATH FILE: so many connections at once to an HTTP server, which together ask so many
 * times for PATH; every byte of each answer's body must be FILE's. A connection is closed after EACH requests and another one takes its
 * place. No request is sent before the first CONNECTIONS are there. One thread, one epoll. Runs on ASTRA and on this machine.
 *
 * Prints "REQUESTS requests, N connections, SECONDS s"; status 1 with a sentence when anything differs, or nothing comes for a minute.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 2048
#define BUFFER   65536
#define SILENCE  60000		/* milliseconds */

struct client {
	int fd;
	long left;			/* requests until it is closed */
	size_t head_used, body_at;
	char head[HEAD_MAX];
	int in_body, connected;
};

static struct sockaddr_in server = { .sin_family = AF_INET };
static char request[1024], *wanted;
static size_t request_size, wanted_size;
static long asked, answered, goal, opened, each;
static int epoll, waiting;		/* waiting: connections that must come before the first request */

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "http_load: %s: %s (%ld answers, %ld connections)\n", what, why, answered, opened);
	exit(1);
}

static void must(int good, const char *what)
{
	if (!good)
		fail(what, strerror(errno));
}

static void read_wanted(const char *path)
{
	FILE *f = fopen(path, "r");

	must(f != NULL, path);
	must(fseek(f, 0, SEEK_END) == 0, path);
	wanted_size = (size_t)ftell(f);
	rewind(f);
	wanted = malloc(wanted_size + 1);
	must(wanted && fread(wanted, 1, wanted_size, f) == wanted_size, path);
	fclose(f);
}

static void watch(struct client *c, int operation, unsigned events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	must(epoll_ctl(epoll, operation, c->fd, &e) == 0, "epoll_ctl");
}

static void open_client(struct client *c)
{
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	must(c->fd >= 0, "socket");
	must(connect(c->fd, (struct sockaddr *)&server, sizeof(server)) == 0 || errno == EINPROGRESS, "connect");
	c->left = each;
	c->connected = 0;
	opened++;
	watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

/* The next request, or the end of this connection: then, if something is left to ask, a new one. */
static void ask(struct client *c)
{
	c->head_used = c->body_at = 0;
	c->in_body = 0;
	if (c->left == 0 || asked == goal) {
		must(close(c->fd) == 0, "close");
		if (asked < goal)
			open_client(c);
		return;
	}
	c->left--;
	asked++;
	must(send(c->fd, request, request_size, MSG_NOSIGNAL) == (ssize_t)request_size, "send");
}

static void ask_first(struct client *clients, int count)
{
	for (int i = 0; i < count; i++) {
		watch(&clients[i], EPOLL_CTL_MOD, EPOLLIN);
		ask(&clients[i]);
	}
}

static void finish_connect(struct client *c)
{
	socklen_t size = sizeof(errno);
	int error;

	must(getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0, "getsockopt");
	if (error)
		fail("connect", strerror(error));
	c->connected = 1;
	watch(c, EPOLL_CTL_MOD, waiting ? 0 : EPOLLIN);
}

static void take_body(struct client *c, const char *data, size_t size)
{
	if (size > wanted_size - c->body_at)
		fail("answer", "more bytes than there are in the file");
	if (memcmp(data, wanted + c->body_at, size))
		fail("answer", "a byte differs");
	c->body_at += size;
	if (c->body_at == wanted_size) {
		answered++;
		ask(c);
	}
}

/* The head may come in pieces; it must name the file's length. */
static void take(struct client *c, const char *data, size_t size)
{
	char length[64];
	const char *end;
	size_t used = c->head_used, part = size < HEAD_MAX - 1 - used ? size : HEAD_MAX - 1 - used;

	if (c->in_body) {
		take_body(c, data, size);
		return;
	}
	memcpy(c->head + used, data, part);
	c->head[c->head_used = used + part] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (!end && c->head_used < HEAD_MAX - 1)
		return;
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", wanted_size);
	if (!end || strncmp(c->head, "HTTP/1.1 200 ", 13) || !strstr(c->head, length))
		fail("head", c->head);
	c->in_body = 1;
	part = (size_t)(end + 4 - c->head) - used;
	take_body(c, data + part, size - part);
}

static void receive(struct client *c)
{
	static char buffer[BUFFER];
	ssize_t n = recv(c->fd, buffer, sizeof(buffer), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	must(n >= 0, "recv");
	if (n == 0)
		fail("recv", "the server closed the connection");
	take(c, buffer, (size_t)n);
}

static void run(struct client *clients, int count)
{
	struct epoll_event events[256];

	while (answered < goal) {
		int n = epoll_wait(epoll, events, 256, SILENCE);

		must(n >= 0 || errno == EINTR, "epoll_wait");
		if (n == 0)
			fail("epoll_wait", "nothing came for a minute");
		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;

			if (c->connected) {
				receive(c);
				continue;
			}
			finish_connect(c);
			if (!waiting)
				ask(c);
			else if (--waiting == 0)
				ask_first(clients, count);
		}
	}
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct timespec from, to;
	struct client *clients;
	int count;

	if (argc != 8)
		fail("usage", "ADDRESS PORT CONNECTIONS REQUESTS EACH PATH FILE");
	must(inet_pton(AF_INET, argv[1], &server.sin_addr) == 1, argv[1]);
	server.sin_port = htons((unsigned short)atoi(argv[2]));
	count = waiting = atoi(argv[3]);
	goal = atol(argv[4]);
	each = atol(argv[5]);
	request_size = (size_t)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", argv[6], argv[1]);
	read_wanted(argv[7]);
	must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
	epoll = epoll_create1(EPOLL_CLOEXEC);
	clients = calloc((size_t)count, sizeof(*clients));
	must(epoll >= 0 && clients && count > 0 && goal >= count && each > 0, "arguments");
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < count; i++)
		open_client(&clients[i]);
	run(clients, count);
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%ld requests, %ld connections, %.1f s\n", answered, opened,
	       (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return 0;
}
