/*
 * Streams over memory: open_memstream, whose buffer grows, fmemopen, whose buffer is the caller's or has a fixed size, and
 * fopencookie over a program's own functions. The state of each belongs to its stream and is used under its lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "stdio_impl.h"

struct memory {
	char *data;
	size_t size, length, at;	/* room; bytes that count; position */
	char **result;			/* open_memstream: what the program sees after a flush */
	size_t *result_size;
	bool own, append, binary;	/* fmemopen: the buffer is ours */
};

static off_t memory_seek(void *cookie, off_t offset, int whence)
{
	struct memory *m = cookie;
	off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)m->at : (off_t)m->length;

	if (whence < SEEK_SET || whence > SEEK_END || offset < -base || (!m->result && (size_t)(base + offset) > m->size)) {
		errno = EINVAL;
		return -1;
	}
	m->at = (size_t)(base + offset);
	return (off_t)m->at;
}

static ssize_t memory_read(void *cookie, void *buf, size_t size)
{
	struct memory *m = cookie;
	size_t n = m->at < m->length ? m->length - m->at : 0;

	if (n > size)
		n = size;
	memcpy(buf, m->data + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static ssize_t growing_write(void *cookie, const void *buf, size_t n)
{
	struct memory *m = cookie;

	if (m->at + n + 1 > m->size) {
		size_t size = (m->at + n + 1) * 2;
		char *grown = realloc(m->data, size);

		if (!grown)
			return -1;
		memset(grown + m->size, 0, size - m->size);
		m->data = grown;
		m->size = size;
	}
	memcpy(m->data + m->at, buf, n);
	m->at += n;
	if (m->at > m->length)
		m->length = m->at;
	m->data[m->length] = 0;
	*m->result = m->data;
	*m->result_size = m->at;
	return (ssize_t)n;
}

static ssize_t fixed_write(void *cookie, const void *buf, size_t n)
{
	struct memory *m = cookie;
	size_t room;

	if (m->append)
		m->at = m->length;
	room = m->size - m->at;
	if (!room && n) {
		errno = ENOSPC;
		return -1;
	}
	if (n > room)
		n = room;
	memcpy(m->data + m->at, buf, n);
	m->at += n;
	if (m->at > m->length) {
		m->length = m->at;
		if (m->length < m->size)
			m->data[m->length] = 0;
	}
	return (ssize_t)n;
}

static int memory_close(void *cookie)
{
	struct memory *m = cookie;

	if (m->own)
		free(m->data);
	free(m);
	return 0;
}

FILE *open_memstream(char **result, size_t *size)
{
	static const struct stream_ops ops = { .write = growing_write, .seek = memory_seek, .close = memory_close };
	struct memory *m = calloc(1, sizeof(*m));
	FILE *stream;

	if (!m)
		return NULL;
	m->data = calloc(1, 64);
	m->size = 64;
	m->result = result;
	m->result_size = size;
	stream = m->data ? __open_ops(&ops, m, O_WRONLY) : NULL;
	if (!stream) {
		free(m->data);
		free(m);
		return NULL;
	}
	*result = m->data;
	*size = 0;
	return stream;
}

FILE *fmemopen(void *restrict buf, size_t size, const char *restrict mode)
{
	static const struct stream_ops ops = {
		.read = memory_read, .write = fixed_write, .seek = memory_seek, .close = memory_close,
	};
	int flags = __mode_flags(mode);
	struct memory *m;
	FILE *stream;

	if (flags < 0)
		return NULL;
	m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->own = !buf;
	m->data = buf ? buf : calloc(1, size ? size : 1);
	m->size = size;
	m->append = flags & O_APPEND;
	if (m->data && buf && !(flags & O_TRUNC))
		m->length = *mode == 'r' ? size : strnlen(buf, size);
	else if (m->data && size)
		m->data[0] = 0;
	if (m->append)
		m->at = m->length;
	stream = m->data ? __open_ops(&ops, m, flags) : NULL;
	if (!stream) {
		if (m->own)
			free(m->data);
		free(m);
	}
	return stream;
}

/* A program's functions behind a stream. */
struct cookie {
	void *argument;
	cookie_io_functions_t functions;
};

static ssize_t cookie_read(void *cookie, void *buf, size_t size)
{
	struct cookie *c = cookie;

	return c->functions.read ? c->functions.read(c->argument, buf, size) : 0;
}

static ssize_t cookie_write(void *cookie, const void *buf, size_t size)
{
	struct cookie *c = cookie;
	ssize_t done = c->functions.write ? c->functions.write(c->argument, buf, size) : (ssize_t)size;

	return done > 0 || !size ? done : -1;
}

static off_t cookie_seek(void *cookie, off_t offset, int whence)
{
	struct cookie *c = cookie;

	if (!c->functions.seek) {
		errno = ENOTSUP;
		return -1;
	}
	return c->functions.seek(c->argument, &offset, whence) < 0 ? -1 : offset;
}

static int cookie_close(void *cookie)
{
	struct cookie *c = cookie;
	int result = c->functions.close ? c->functions.close(c->argument) : 0;

	free(c);
	return result;
}

FILE *fopencookie(void *argument, const char *mode, cookie_io_functions_t functions)
{
	static const struct stream_ops ops = {
		.read = cookie_read, .write = cookie_write, .seek = cookie_seek, .close = cookie_close,
	};
	int flags = __mode_flags(mode);
	struct cookie *c = flags < 0 ? NULL : malloc(sizeof(*c));
	FILE *stream;

	if (!c)
		return NULL;
	c->argument = argument;
	c->functions = functions;
	stream = __open_ops(&ops, c, flags);
	if (!stream)
		free(c);
	return stream;
}
