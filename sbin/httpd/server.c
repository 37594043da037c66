/* The connections: one epoll, level-triggered, over all of them and the listening socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd.h"

#define EVENTS 256
#define RETRY  1		/* seconds */
#define TURN   (512 * 1024)	/* bytes that one connection sends before it is another's turn */

static int epoll, listener;
static bool accepting;
static time_t retry;		/* when to accept again after a shortage */
static int count;		/* of connections */
static time_t now;
static struct connection all = { .prev = &all, .next = &all };

static void unlink_connection(struct connection *c)
{
	c->prev->next = c->next;
	c->next->prev = c->prev;
}

/* There was progress: the timeout begins anew. */
static void touch(struct connection *c)
{
	if (c->next)
		unlink_connection(c);
	c->since = now;
	c->prev = all.prev;
	c->next = &all;
	all.prev->next = c;
	all.prev = c;
}

static void set_accepting(bool on)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = NULL };

	if (on != accepting && epoll_ctl(epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener, &event) == 0)
		accepting = on;
}

static void drop(struct connection *c)
{
	unlink_connection(c);
	close(c->fd);
	if (c->file >= 0)
		close(c->file);
	free(c->in);
	free(c->out);
	free(c);
	count--;
	set_accepting(true);
}

/* Waits for data, or for room. */
static bool wait_for(struct connection *c, bool room)
{
	struct epoll_event event = { .events = room ? EPOLLOUT : EPOLLIN | EPOLLRDHUP, .data.ptr = c };

	if (c->waits_out == room)
		return true;
	c->waits_out = room;
	return epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event) == 0;
}

static void log_request(const struct request *r, int status)
{
	if (settings.verbose)
		printf("%s %s %d\n", r->head ? "HEAD" : "GET", r->path, status);
}

/* A whole head stands in c->in: answers it and keeps what follows. False: memory is out. */
static bool answer(struct connection *c, size_t head_size)
{
	char head[HEAD_MAX + 1];
	struct request r;
	bool good;
	int status;

	memcpy(head, c->in, head_size);
	head[head_size] = '\0';
	c->in_used -= head_size;
	memmove(c->in, c->in + head_size, c->in_used);
	if (!c->in_used) {
		free(c->in);
		c->in = NULL;
	}
	status = strlen(head) == head_size ? request_parse(head, &r) : 400;
	c->keep = !status && r.keep;
	if (status)
		good = answer_status(c, status, false, status == 405 ? "Allow: GET, HEAD\r\n" : "");
	else
		good = answer_request(c, &r);
	if (good && !status)
		log_request(&r, atoi(c->out + 9));
	c->sending = true;
	return good;
}

/* Where the head in c->in ends, or 0: not there yet. */
static size_t head_end(const struct connection *c)
{
	const char *at = c->in, *end = c->in + c->in_used;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		if (at < end && *at == '\n')
			return (size_t)(at + 1 - c->in);
		if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
			return (size_t)(at + 2 - c->in);
	}
	return 0;
}

/* Sends what there is. 1: all of it is gone; 0: no more room; -1: the connection is over. */
static int send_answer(struct connection *c)
{
	size_t turn = TURN;

	while (c->out_at < c->out_end) {
		ssize_t n = send(c->fd, c->out + c->out_at, c->out_end - c->out_at, MSG_NOSIGNAL | (c->file >= 0 ? MSG_MORE : 0));

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		c->out_at += (size_t)n;
		touch(c);
	}
	while (c->file >= 0 && c->at < c->end && turn) {
		size_t size = c->end - c->at < (off_t)turn ? (size_t)(c->end - c->at) : turn;
		ssize_t n = sendfile(c->fd, c->file, &c->at, size);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		if (n == 0)
			return -1;		/* the file became shorter than was promised */
		turn -= (size_t)n;
		touch(c);
	}
	return c->file < 0 || c->at == c->end;
}

static void end_answer(struct connection *c)
{
	free(c->out);
	c->out = NULL;
	c->out_at = c->out_end = 0;
	if (c->file >= 0)
		close(c->file);
	c->file = -1;
	c->sending = false;
	touch(c);
}

/*
 * The answer is out and the client does not stay: what it sends from now on is thrown away until it closes or times out, because a
 * reset for unread data could overtake the answer.
 */
static void start_closing(struct connection *c)
{
	free(c->in);
	c->in = NULL;
	c->in_used = 0;
	shutdown(c->fd, SHUT_WR);
}

/* Reads into c->in. 1: there is more than before; 0: nothing; -1: the end. */
static int read_request(struct connection *c)
{
	ssize_t n;

	if (!c->in)
		c->in = malloc(HEAD_MAX);
	if (!c->in)
		return -1;
	n = recv(c->fd, c->in + c->in_used, HEAD_MAX - c->in_used, 0);
	if (n > 0) {
		c->in_used += (size_t)n;
		if (!c->keep)
			c->in_used = 0;
		return 1;
	}
	if (!c->in_used) {
		free(c->in);
		c->in = NULL;
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Begins the answer to the next request if it is whole. 1: begun; 0: not whole; -1: the connection is over. */
static int next_request(struct connection *c)
{
	size_t end = c->in_used && c->keep ? head_end(c) : 0;

	if (end)
		return answer(c, end) ? 1 : -1;
	if (c->in_used < HEAD_MAX)
		return 0;
	c->in_used = 0;
	c->keep = false;
	c->sending = true;
	return answer_status(c, 431, false, "") ? 1 : -1;
}

/* Goes on with a connection as far as it can. False: it is over. */
static bool advance(struct connection *c)
{
	for (;;) {
		int done;

		if (!c->sending) {
			done = next_request(c);
			if (done == 0)
				done = read_request(c);
			if (done > 0 && !c->sending)
				done = next_request(c);
			if (done <= 0)
				return done == 0 && wait_for(c, false);
		}
		done = send_answer(c);
		if (done <= 0)
			return done == 0 && wait_for(c, true);
		end_answer(c);
		if (!c->keep) {
			start_closing(c);
			return wait_for(c, false);
		}
	}
}

static bool add_connection(int fd)
{
	struct connection *c = calloc(1, sizeof(*c));
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = c };

	if (!c)
		return false;
	*c = (struct connection){ .fd = fd, .file = -1, .keep = true };
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
		free(c);
		return false;
	}
	count++;
	touch(c);
	if (!advance(c))
		drop(c);
	return true;
}

/*
 * At the limit clients wait in the listening socket's queue until one of ours goes; so they do for a second when accept fails: the
 * machine is out of descriptors or memory, which need not be our doing. A client that has gone already is no failure.
 */
static void accept_all(void)
{
	while (count < settings.most) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			if (!add_connection(fd))
				close(fd);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
			retry = now + RETRY;
			break;
		}
	}
	set_accepting(false);
}

static void drop_silent(void)
{
	while (all.next != &all && now - all.next->since >= settings.timeout)
		drop(all.next);
}

static time_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec;
}

_Noreturn void serve(int socket)
{
	struct epoll_event events[EVENTS];

	listener = socket;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	set_accepting(true);
	if (!accepting) {
		perror("httpd: epoll");
		exit(1);
	}
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, count || !accepting ? 1000 : -1);

		now = clock_now();
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (!c)
				accept_all();
			else if (!advance(c))
				drop(c);
		}
		drop_silent();
		if (!accepting && count < settings.most && now >= retry)
			set_accepting(true);
		if (settings.verbose)
			fflush(stdout);
	}
}
