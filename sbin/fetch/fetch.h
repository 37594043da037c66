/*
 * fetch: an HTTP/1.1 client (RFC 9110, 9112). url.c takes addresses apart, stream.c is the connection, reply.c reads the head of an
 * answer and its body, progress.c the bar, main.c the order of things. What a server sends is bounded: heads by HEAD_MAX, lines by
 * LINE_MAX, and no length is believed beyond the bytes that come.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_MAX    4096		/* bytes of a path with its query */
#define LINE_MAX   8192
#define HEAD_MAX   65536
#define BUFFER     65536

/* What fetch ends with. */
enum outcome {
	DONE = 0, LOCAL_ERROR = 1, USAGE = 2, NO_HOST = 3, NO_CONNECTION = 4, BROKEN = 5, REFUSED = 6,
};

struct url {
	char host[256], port[6];
	char path[URL_MAX];		/* begins with "/", and holds the query */
};

/* False: not an http URL, with the reason in *why. A reference may be relative to `base`. */
bool url_parse(const char *text, struct url *url, const char **why);
bool url_follow(const struct url *base, const char *reference, struct url *url, const char **why);

struct stream {
	int fd;
	size_t at, end;			/* bytes of buffer that wait */
	char buffer[BUFFER];
};

/* Connects to the first address that answers. DONE, NO_HOST or NO_CONNECTION, with a message on stderr. timeout: seconds. */
enum outcome stream_open(struct stream *s, const struct url *url, int timeout);
void stream_close(struct stream *s);
bool stream_send(struct stream *s, const char *text, size_t size);
/* Bytes, 0 at the end, -1 with errno (EAGAIN: the timeout). */
long stream_read(struct stream *s, void *out, size_t size);
/* A line without its end; false at the end of the stream, on errors and for lines that are too long. */
bool stream_line(struct stream *s, char line[LINE_MAX]);

struct reply {
	int status;
	bool chunked;
	int64_t length;			/* of the body; -1: up to the end of the connection */
	int64_t first, total;		/* of Content-Range; -1: not said */
	char location[URL_MAX];
};

/* Reads the head; false: that is not HTTP/1. */
bool reply_read(struct stream *s, struct reply *reply);

/* Where a body goes, and how far it is. */
struct sink {
	int fd;				/* -1: nowhere */
	int64_t done, total;		/* bytes, with those of an earlier try; total -1: unknown */
	bool bar;
	const char *name;
	long began, shown;		/* milliseconds */
	int64_t before;			/* of an earlier try */
};

/* DONE, BROKEN or LOCAL_ERROR, with a message. */
enum outcome body_copy(struct stream *s, const struct reply *reply, struct sink *sink);

void progress_start(struct sink *sink);
void progress_show(struct sink *sink);		/* at most five times a second */
void progress_end(struct sink *sink);

#endif
