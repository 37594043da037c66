/* A question by TCP, for answers that do not fit into a datagram (RFC 7766). The whole exchange is under one deadline. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "resolver_impl.h"

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, long deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	long left;
	int n = 0;

	while (n <= 0 && (left = deadline - now()) > 0) {
		n = poll(&p, 1, (int)left);
		if (n < 0 && errno != EINTR)
			return false;
	}
	return n > 0;
}

static int open_stream(const struct sockaddr *server, socklen_t length, long deadline)
{
	int fd = socket(server->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
	socklen_t size = sizeof(error);

	if (fd < 0)
		return -1;
	if (connect(fd, server, length) == 0)
		return fd;
	if (errno == EINPROGRESS && wait_for(fd, POLLOUT, deadline) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && !error)
		return fd;
	close(fd);
	return -1;
}

/* Exactly size bytes. */
static bool read_all(int fd, uint8_t *out, size_t size, long deadline)
{
	while (size) {
		ssize_t n = recv(fd, out, size, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (n < 0) {
			if (!wait_for(fd, POLLIN, deadline))
				return false;
			continue;
		}
		out += n;
		size -= (size_t)n;
	}
	return true;
}

/* The next message in an allocated block. */
static uint8_t *read_message(int fd, size_t *length, long deadline)
{
	uint8_t prefix[2], *message;

	if (!read_all(fd, prefix, sizeof(prefix), deadline))
		return NULL;
	*length = (size_t)(prefix[0] << 8 | prefix[1]);
	message = malloc(*length + 1);
	if (message && !read_all(fd, message, *length, deadline)) {
		free(message);
		return NULL;
	}
	return message;
}

bool __dns_ask_stream(const struct sockaddr *server, socklen_t length, const char *name, struct dns_request *request,
		      unsigned timeout)
{
	long deadline = now() + (long)timeout;
	int fd = open_stream(server, length, deadline);
	uint8_t out[2 + DNS_QUESTION], *message = NULL;
	size_t size = 0;
	bool good;

	if (fd < 0)
		return false;
	out[0] = (uint8_t)(request->length >> 8);
	out[1] = (uint8_t)request->length;
	memcpy(out + 2, request->question, request->length);
	/* A fresh connection's buffer takes that many bytes at once. */
	if (send(fd, out, 2 + request->length, MSG_NOSIGNAL) == (ssize_t)(2 + request->length))
		message = read_message(fd, &size, deadline);
	good = message && __dns_answer(message, size, request->id, name, request->type, &request->answer) &&
	       (request->answer.code == DNS_OK || request->answer.code == DNS_NXDOMAIN);
	free(message);
	close(fd);
	return good;
}
