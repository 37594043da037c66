/* open_wmemstream: a stream whose bytes come out as wide characters in a buffer that grows. Its state is under its lock. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "stdio_impl.h"

struct wide_memory {
	wchar_t *data;
	size_t room, length, at;	/* in characters; room without the final one */
	mbstate_t state;		/* of a character whose bytes came in two writes */
	wchar_t **result;
	size_t *result_size;
};

static int put(struct wide_memory *m, wchar_t c)
{
	if (m->at >= m->room) {
		size_t room = m->at * 2 + 16;
		wchar_t *grown = reallocarray(m->data, room + 1, sizeof(wchar_t));

		if (!grown)
			return -1;
		wmemset(grown + m->length, 0, room + 1 - m->length);
		m->data = grown;
		m->room = room;
	}
	m->data[m->at++] = c;
	if (m->at > m->length)
		m->length = m->at;
	m->data[m->length] = 0;
	return 0;
}

static ssize_t wide_write(void *cookie, const void *buf, size_t n)
{
	struct wide_memory *m = cookie;
	const char *at = buf, *end = at + n;

	while (at < end) {
		wchar_t c;
		size_t used = mbrtowc(&c, at, (size_t)(end - at), &m->state);

		if (used == (size_t)-1)
			return -1;
		if (used == (size_t)-2)
			break;
		if (put(m, c) < 0)
			return -1;
		at += used ? used : 1;
	}
	*m->result = m->data;
	*m->result_size = m->at;
	return (ssize_t)n;
}

/* Positions are counted in characters. */
static off_t wide_seek(void *cookie, off_t offset, int whence)
{
	struct wide_memory *m = cookie;
	off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)m->at : (off_t)m->length;

	if (whence < SEEK_SET || whence > SEEK_END || offset < -base || base + offset > PTRDIFF_MAX / 8) {
		errno = EINVAL;
		return -1;
	}
	m->at = (size_t)(base + offset);
	return (off_t)m->at;
}

static int wide_close(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *open_wmemstream(wchar_t **result, size_t *size)
{
	static const struct stream_ops ops = { .write = wide_write, .seek = wide_seek, .close = wide_close };
	struct wide_memory *m = calloc(1, sizeof(*m));
	FILE *stream;

	if (!m)
		return NULL;
	m->data = calloc(17, sizeof(wchar_t));
	m->room = 16;
	m->result = result;
	m->result_size = size;
	stream = m->data ? __open_ops(&ops, m, O_WRONLY) : NULL;
	if (!stream) {
		free(m->data);
		free(m);
		return NULL;
	}
	fwide(stream, 1);
	*result = m->data;
	*size = 0;
	return stream;
}
