/* The head of an answer, and its body: by length, in chunks (RFC 9112, 7.1), or up to the end of the connection. */
#include <ctype.h>
#include <strings.h>

#include "fetch.h"
#include "tool.h"

/* A number of at most 18 digits of the base, followed by something of `ends`; -1: not one. */
static int64_t read_number(const char *text, int base, const char *ends, const char **rest)
{
	int64_t value = 0;
	int digits = 0;

	for (; isxdigit((unsigned char)*text) && (base == 16 || isdigit((unsigned char)*text)); text++, digits++) {
		int digit = isdigit((unsigned char)*text) ? *text - '0' : (*text | 0x20) - 'a' + 10;

		if (value > (INT64_MAX - digit) / base)
			return -1;
		value = value * base + digit;
	}
	if (rest)
		*rest = text;
	return digits && (!*text || strchr(ends, *text)) ? value : -1;
}

/* "bytes FIRST-LAST/TOTAL", or with "*" for a part that is not known. */
static void take_range(const char *value, struct reply *reply)
{
	const char *at = value, *slash = strchr(value, '/');

	if (strncasecmp(value, "bytes ", 6) || !slash)
		return;
	at += 6;
	reply->first = read_number(at, 10, "-", NULL);
	reply->total = read_number(slash + 1, 10, "", NULL);
}

/* One header; false: a length that is none, or two that differ. */
static bool take_header(char *line, struct reply *reply)
{
	char *value = strchr(line, ':');
	int64_t length;

	if (!value)
		return false;
	*value++ = '\0';
	value += strspn(value, " \t");
	if (!strcasecmp(line, "Content-Length")) {
		length = read_number(value, 10, " \t", NULL);
		if (length < 0 || (reply->length >= 0 && reply->length != length))
			return false;
		reply->length = length;
	} else if (!strcasecmp(line, "Transfer-Encoding")) {
		reply->chunked = !strcasecmp(value, "chunked");
		return reply->chunked;
	} else if (!strcasecmp(line, "Content-Range")) {
		take_range(value, reply);
	} else if (!strcasecmp(line, "Location")) {
		return strlcpy(reply->location, value, sizeof(reply->location)) < sizeof(reply->location);
	}
	return true;
}

static bool read_status(const char *line, int *status)
{
	if (strncmp(line, "HTTP/1.", 7) || !isdigit((unsigned char)line[7]) || line[8] != ' ' || strspn(line + 9, "0123456789") != 3)
		return false;
	*status = (int)read_number(line + 9, 10, " ", NULL);
	return *status >= 100;
}

/* Interim answers (1xx) are passed over. */
bool reply_read(struct stream *s, struct reply *reply)
{
	char line[LINE_MAX];
	size_t all = 0;

	do {
		*reply = (struct reply){ .length = -1, .first = -1, .total = -1 };
		if (!stream_line(s, line) || !read_status(line, &reply->status))
			return false;
		for (;;) {
			if (!stream_line(s, line))
				return false;
			all += strlen(line) + 2;
			if (all > HEAD_MAX)
				return false;
			if (!*line)
				break;
			if (!take_header(line, reply))
				return false;
		}
	} while (reply->status < 200);
	if (reply->chunked)
		reply->length = -1;
	return true;
}

static enum outcome broken(const char *why)
{
	fprintf(stderr, "fetch: %s\n", why);
	return BROKEN;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (fd >= 0 && size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return true;
}

/* Copies `length` bytes, or with -1 all up to the end. */
static enum outcome copy(struct stream *s, int64_t length, struct sink *sink)
{
	static char data[4 * BUFFER];

	while (length) {
		size_t size = length < 0 || length > (int64_t)sizeof(data) ? sizeof(data) : (size_t)length;
		long n = stream_read(s, data, size);

		if (n < 0)
			return broken(errno == EAGAIN ? "the server went silent" : strerror(errno));
		if (n == 0)
			return length < 0 ? DONE : broken("the connection ended before the data did");
		if (!write_all(sink->fd, data, (size_t)n)) {
			tool_error(sink->name);
			return LOCAL_ERROR;
		}
		sink->done += n;
		length -= length > 0 ? n : 0;
		progress_show(sink);
	}
	return DONE;
}

static enum outcome copy_chunks(struct stream *s, struct sink *sink)
{
	enum outcome outcome;
	char line[LINE_MAX];
	int64_t size;

	for (;;) {
		if (!stream_line(s, line))
			return broken("the connection ended within the data");
		size = read_number(line, 16, "; \t", NULL);
		if (size < 0)
			return broken("a chunk's size is malformed");
		if (size == 0)
			break;
		outcome = copy(s, size, sink);
		if (outcome != DONE)
			return outcome;
		if (!stream_line(s, line) || *line)
			return broken("a chunk is longer than it says");
	}
	for (int i = 0; i < 64; i++) {
		if (!stream_line(s, line))
			return broken("the connection ended within the data");
		if (!*line)
			return DONE;
	}
	return broken("too many lines behind the data");
}

enum outcome body_copy(struct stream *s, const struct reply *reply, struct sink *sink)
{
	if (reply->status == 204 || reply->status == 304)
		return DONE;
	return reply->chunked ? copy_chunks(s, sink) : copy(s, reply->length, sink);
}
