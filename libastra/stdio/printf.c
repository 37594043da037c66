/* The faces of formatted output: to streams, descriptors, buffers and the heap. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "format_impl.h"

/* An unbuffered stream borrows a buffer for the time of one call, so that a message is few writes. */
static int format_through(struct sink *sink, const char *format, va_list args)
{
	unsigned char room[UNGET_ROOM + 512];
	FILE *stream = sink->stream;
	unsigned char *own = stream->buffer;
	int n;

	if (!__begin_write_unlocked(stream))
		return -1;
	stream->buffer = room + UNGET_ROOM;
	stream->size = sizeof(room) - UNGET_ROOM;
	n = __format(sink, format, args);
	if (__flush_unlocked(stream) < 0)
		n = -1;
	stream->buffer = own;
	stream->size = 0;
	return n;
}

int vfprintf(FILE *restrict stream, const char *restrict format, va_list args)
{
	struct sink sink = { .stream = stream };
	int n;

	stream_lock(stream);
	n = stream->size ? __format(&sink, format, args) : format_through(&sink, format, args);
	stream_unlock(stream);
	return n;
}

int vprintf(const char *restrict format, va_list args)
{
	return vfprintf(stdout, format, args);
}

int vsnprintf(char *restrict buf, size_t size, const char *restrict format, va_list args)
{
	struct sink sink = { .buffer = buf, .size = size };
	int n = __format(&sink, format, args);

	if (size)
		buf[sink.used < size ? sink.used : size - 1] = 0;
	return n;
}

int vsprintf(char *restrict buf, const char *restrict format, va_list args)
{
	return vsnprintf(buf, (size_t)-1, format, args);
}

/* Collects in a stream on the stack, so that a message is few writes. */
int vdprintf(int fd, const char *restrict format, va_list args)
{
	unsigned char buffer[UNGET_ROOM + 512];
	FILE stream = { .fd = fd, .writable = true, .buffer = buffer + UNGET_ROOM, .size = 512 };
	int n = vfprintf(&stream, format, args);

	return __flush_unlocked(&stream) < 0 ? -1 : n;
}

int vasprintf(char **result, const char *format, va_list args)
{
	va_list copy;
	int n;

	va_copy(copy, args);
	n = vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	*result = n < 0 ? NULL : malloc((size_t)n + 1);
	return *result ? vsnprintf(*result, (size_t)n + 1, format, args) : -1;
}

#define FORWARD(call)                   \
	do {                            \
		va_list args;           \
		int n;                  \
		va_start(args, format); \
		n = call;               \
		va_end(args);           \
		return n;               \
	} while (0)

int printf(const char *restrict format, ...)
{
	FORWARD(vfprintf(stdout, format, args));
}

int fprintf(FILE *restrict stream, const char *restrict format, ...)
{
	FORWARD(vfprintf(stream, format, args));
}

int dprintf(int fd, const char *restrict format, ...)
{
	FORWARD(vdprintf(fd, format, args));
}

int sprintf(char *restrict buf, const char *restrict format, ...)
{
	FORWARD(vsnprintf(buf, (size_t)-1, format, args));
}

int snprintf(char *restrict buf, size_t size, const char *restrict format, ...)
{
	FORWARD(vsnprintf(buf, size, format, args));
}

int asprintf(char **result, const char *format, ...)
{
	FORWARD(vasprintf(result, format, args));
}
