/*
 * httpd: static files by HTTP/1.1 (RFC 9110, 9112). Single-threaded: one epoll, sockets that do not block, sendfile for the bodies;
 * -j makes several such processes at one listening socket.
 *
 *  - A connection is reading a request's head or sending an answer, never both. Its buffers exist only while they hold something.
 *  - What a client sends is bounded: a head by HEAD_MAX and by the timeout from its first byte, connections by a number.
 *  - Files are opened beneath the root directory by the kernel (openat2 with RESOLVE_BENEATH): no "..", no link leads out of it.
 */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define HEAD_MAX   8192		/* bytes of a request's head */
#define TARGET_MAX 4096		/* bytes of its target */

struct connection {
	struct connection *prev, *next;	/* by time of the last progress, oldest first */
	time_t since;			/* seconds of CLOCK_MONOTONIC */
	int fd, file;			/* file: -1 but for a body that sendfile sends */
	off_t at, end;			/* of it */
	char *in, *out;			/* NULL: empty */
	size_t in_used, out_at, out_end;
	bool sending, keep;		/* keep: another request may come behind this answer */
	bool waits_out;			/* epoll waits for room, not for data */
};

struct range {
	off_t first, last;		/* last is included */
};

struct request {
	bool head;			/* HEAD: no body in the answer */
	bool keep;			/* the client would stay */
	char path[TARGET_MAX];		/* decoded, begins with "/", without query */
	time_t since;			/* If-Modified-Since; negative: none, or no date */
	time_t if_range;		/* If-Range; -1: none; -2: no date */
	const char *range;		/* the header's value; NULL */
};

/* request.c: 0, or the status to answer with. The head ends with a NUL and is taken apart in place. */
int request_parse(char *head, struct request *r);
/* 200: send all; 206: *range; 416. */
int request_range(const struct request *r, off_t size, struct range *range);
size_t http_date(time_t time, char out[32]);

/* answer.c: makes c->out and c->file. False: memory is out, drop the connection. */
bool answer_status(struct connection *c, int status, bool head, const char *extra);
bool answer_request(struct connection *c, const struct request *r);

/* listing.c: the page of a directory in an allocated block; NULL: cannot be read. Takes fd. */
char *listing_make(int fd, const char *path, size_t *size);

struct settings {
	int root, timeout, most;	/* seconds; connections */
	bool verbose;
};
extern struct settings settings;

/* server.c: until the machine ends. */
_Noreturn void serve(int listener);

#endif
