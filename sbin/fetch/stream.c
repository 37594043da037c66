/* The connection to a server: TCP with a buffer for reading. Every wait is bounded by the timeout. */
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "fetch.h"
#include "tool.h"

/* A connected socket that blocks; -1 with errno. */
static int connect_to(const struct addrinfo *a, int timeout)
{
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol), error = 0, n;
	struct timeval wait = { .tv_sec = timeout };
	socklen_t size = sizeof(error);
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (fd < 0)
		return -1;
	if (connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
		error = errno;
		if (error == EINPROGRESS) {
			n = poll(&p, 1, timeout * 1000);
			if (n == 0)
				error = ETIMEDOUT;
			else if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
				error = errno;
		}
	}
	if (!error) {
		fcntl(fd, F_SETFL, 0);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
		return fd;
	}
	close(fd);
	errno = error;
	return -1;
}

enum outcome stream_open(struct stream *s, const struct url *url, int timeout)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG };
	struct addrinfo *list;
	int error = getaddrinfo(url->host, url->port, &hints, &list);

	s->fd = -1;
	s->at = s->end = 0;
	if (error) {
		fprintf(stderr, "fetch: %s: %s\n", url->host, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
		return NO_HOST;
	}
	for (struct addrinfo *a = list; a && s->fd < 0; a = a->ai_next)
		s->fd = connect_to(a, timeout);
	if (s->fd < 0)
		fprintf(stderr, "fetch: %s port %s: %s\n", url->host, url->port, strerror(errno));
	freeaddrinfo(list);
	return s->fd < 0 ? NO_CONNECTION : DONE;
}

void stream_close(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

bool stream_send(struct stream *s, const char *text, size_t size)
{
	while (size) {
		ssize_t n = send(s->fd, text, size, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return true;
}

static long receive(struct stream *s, void *out, size_t size)
{
	ssize_t n;

	do
		n = recv(s->fd, out, size, 0);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Large reads go around the buffer when it is empty. */
long stream_read(struct stream *s, void *out, size_t size)
{
	size_t waiting = s->end - s->at;

	if (!waiting)
		return receive(s, out, size);
	if (size > waiting)
		size = waiting;
	memcpy(out, s->buffer + s->at, size);
	s->at += size;
	return (long)size;
}

static bool fill(struct stream *s)
{
	long n = receive(s, s->buffer, sizeof(s->buffer));

	s->at = 0;
	s->end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

bool stream_line(struct stream *s, char line[LINE_MAX])
{
	size_t used = 0;

	for (;;) {
		char c;

		if (s->at == s->end && !fill(s))
			return false;
		c = s->buffer[s->at++];
		if (c == '\n')
			break;
		if (used == LINE_MAX - 1)
			return false;
		line[used++] = c;
	}
	used -= used && line[used - 1] == '\r';
	line[used] = '\0';
	return memchr(line, '\0', used) == NULL;
}
