/* Reading from streams. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stdio_impl.h"

int fgetc(FILE *stream)
{
	int c;

	stream_lock(stream);
	c = __getc_unlocked(stream);
	stream_unlock(stream);
	return c;
}

int getc(FILE *stream)
{
	return fgetc(stream);
}

int getchar(void)
{
	return fgetc(stdin);
}

/* There is room for UNGET_ROOM bytes before every buffer; more than that is refused. */
int ungetc(int c, FILE *stream)
{
	int result = EOF;

	if (c == EOF || !stream->readable)
		return EOF;
	stream_lock(stream);
	if (stream->direction != READING) {
		__flush_unlocked(stream);
		__ensure_buffer(stream);
		stream->direction = READING;
	}
	if (stream->at > (stream->constant ? 0 : -UNGET_ROOM)) {
		stream->at--;
		if (!stream->constant)
			stream->buffer[stream->at] = (unsigned char)c;
		stream->eof = false;
		result = (unsigned char)c;
	}
	stream_unlock(stream);
	return result;
}

size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict stream)
{
	size_t wanted = size * count, done = 0;

	stream_lock(stream);
	while (done < wanted) {
		size_t n;

		if (stream->direction != READING || stream->at == stream->end) {
			if (!__fill_unlocked(stream))
				break;
		}
		n = (size_t)(stream->end - stream->at);
		if (n > wanted - done)
			n = wanted - done;
		memcpy((char *)buf + done, stream->buffer + stream->at, n);
		stream->at += (long)n;
		done += n;
	}
	stream_unlock(stream);
	return size ? done / size : 0;
}

char *fgets(char *restrict buf, int size, FILE *restrict stream)
{
	int n = 0, c = 0;

	stream_lock(stream);
	while (n < size - 1 && c != '\n') {
		c = __getc_unlocked(stream);
		if (c == EOF)
			break;
		buf[n++] = (char)c;
	}
	stream_unlock(stream);
	if (size > 0)
		buf[n] = 0;
	return n ? buf : NULL;
}

/* Room for n bytes and the NUL. */
static bool grow(char **line, size_t *size, size_t n)
{
	size_t wanted = n + 1 < 120 ? 120 : (n + 1) * 2;
	char *grown;

	if (*line && *size > n)
		return true;
	grown = realloc(*line, wanted);
	if (!grown)
		return false;
	*line = grown;
	*size = wanted;
	return true;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream)
{
	size_t n = 0;
	bool good = true, found = false;

	stream_lock(stream);
	while (!found) {
		size_t chunk;
		unsigned char *start, *end;

		if (stream->direction != READING || stream->at == stream->end) {
			if (!__fill_unlocked(stream))
				break;
		}
		start = stream->buffer + stream->at;
		chunk = (size_t)(stream->end - stream->at);
		end = memchr(start, delimiter, chunk);
		found = end != NULL;
		if (found)
			chunk = (size_t)(end + 1 - start);
		good = grow(line, size, n + chunk);
		if (!good)
			break;
		memcpy(*line + n, start, chunk);
		stream->at += (long)chunk;
		n += chunk;
	}
	stream_unlock(stream);
	if (!good || !n)
		return -1;
	(*line)[n] = 0;
	return (ssize_t)n;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream)
{
	return getdelim(line, size, '\n', stream);
}
