/*
 * Asking DNS servers. All questions of a name are out at once on one UDP socket for each server, which is connected, so that the kernel
 * drops what others send and reports a port that nobody serves. The sockets live through all attempts: a late answer counts. Ids are
 * random, and the ports the kernel's random choice.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "resolver_impl.h"

struct server {
	int fd;			/* -1: none of its family here */
	bool useless;		/* refused or failed: not asked again */
};

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static socklen_t address_length(const struct sockaddr *a)
{
	return a->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

static int prepare(const char *name, struct dns_request *requests, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (getrandom(&requests[i].id, sizeof(requests[i].id), 0) != sizeof(requests[i].id))
			return EAI_SYSTEM;
		requests[i].done = false;
		requests[i].length = __dns_question(requests[i].question, requests[i].id, name, requests[i].type);
		if (!requests[i].length)
			return EAI_NONAME;
	}
	return 0;
}

static void open_server(struct server *s, const struct sockaddr *address)
{
	s->fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	s->useless = s->fd < 0 || connect(s->fd, address, address_length(address)) < 0;
}

static bool all_done(const struct dns_request *requests, unsigned count)
{
	while (count && requests[count - 1].done)
		count--;
	return !count;
}

static void send_questions(struct server *s, const struct dns_request *requests, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!requests[i].done && send(s->fd, requests[i].question, requests[i].length, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
			s->useless = true;
	}
}

/* A server that cannot say (refused, failed, does not understand) leaves the question to the others. */
static bool is_final(int code)
{
	return code == DNS_OK || code == DNS_NXDOMAIN;
}

static void take_message(const struct resolver *r, unsigned which, struct server *s, const char *name, const uint8_t *message,
			 size_t length, struct dns_request *requests, unsigned count)
{
	struct dns_answer answer;

	for (unsigned i = 0; i < count; i++) {
		struct dns_request *q = &requests[i];

		if (q->done || !__dns_answer(message, length, q->id, name, q->type, &answer))
			continue;
		q->answer = answer;
		if (answer.truncated) {
			q->done = __dns_ask_stream(&r->server[which].any, address_length(&r->server[which].any), name, q, r->timeout) ||
				  answer.count > 0;
			if (q->done)
				return;
		}
		q->done = is_final(answer.code) && !answer.truncated;
		s->useless = !q->done;
		return;
	}
}

/* Takes what one server sent. */
static void receive(const struct resolver *r, unsigned which, struct server *s, const char *name, struct dns_request *requests,
		    unsigned count)
{
	uint8_t message[DNS_MESSAGE];
	ssize_t n;

	while (!s->useless && (n = recv(s->fd, message, sizeof(message), 0)) != -1)
		take_message(r, which, s, name, message, (size_t)n, requests, count);
	if (!s->useless && errno != EAGAIN && errno != EINTR)
		s->useless = true;
}

/* Until `deadline`, all is done, or the server just asked turns out to be useless. */
static void wait_answers(const struct resolver *r, struct server *servers, unsigned asked, const char *name,
			 struct dns_request *requests, unsigned count, long deadline)
{
	struct pollfd fds[RESOLVER_SERVERS];
	long left;

	while (!all_done(requests, count) && !servers[asked].useless && (left = deadline - now()) > 0) {
		for (unsigned i = 0; i < r->servers; i++)
			fds[i] = (struct pollfd){ .fd = servers[i].useless ? -1 : servers[i].fd, .events = POLLIN };
		if (poll(fds, r->servers, (int)left) <= 0)
			continue;
		for (unsigned i = 0; i < r->servers; i++) {
			if (fds[i].revents)
				receive(r, i, &servers[i], name, requests, count);
		}
	}
}

static bool all_useless(const struct server *servers, unsigned count)
{
	while (count && servers[count - 1].useless)
		count--;
	return !count;
}

int __dns_ask(const struct resolver *r, const char *name, struct dns_request *requests, unsigned count)
{
	struct server servers[RESOLVER_SERVERS];
	int error = prepare(name, requests, count);

	if (error)
		return error;
	for (unsigned i = 0; i < r->servers; i++)
		open_server(&servers[i], &r->server[i].any);
	for (unsigned n = 0; n < r->attempts * r->servers && !all_done(requests, count); n++) {
		unsigned i = n % r->servers;

		if (all_useless(servers, r->servers))
			break;
		if (servers[i].useless)
			continue;
		send_questions(&servers[i], requests, count);
		wait_answers(r, servers, i, name, requests, count, now() + (long)r->timeout);
	}
	for (unsigned i = 0; i < r->servers; i++) {
		if (servers[i].fd >= 0)
			close(servers[i].fd);
	}
	return all_done(requests, count) ? 0 : EAI_AGAIN;
}
