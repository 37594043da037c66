/* The faces of formatted input: from streams and from strings. */
#include <string.h>

#include "stdio_impl.h"

static ssize_t no_more(void *cookie, void *buf, size_t size)
{
	return 0;
}

int vfscanf(FILE *restrict stream, const char *restrict format, va_list args)
{
	const struct scan_source source = { .stream = stream };
	int n;

	stream_lock(stream);
	n = __scan(&source, format, args);
	stream_unlock(stream);
	return n;
}

int vscanf(const char *restrict format, va_list args)
{
	return vfscanf(stdin, format, args);
}

/* A stream over the string itself. What is put back is what was read, so the string is never written to with another value. */
int vsscanf(const char *restrict s, const char *restrict format, va_list args)
{
	static const struct stream_ops ops = { .read = no_more };
	FILE stream = { .fd = -1, .readable = true, .ops = &ops, .direction = READING, .constant = true,
			.buffer = (unsigned char *)s, .size = BUFSIZ };

	stream.end = (long)strlen(s);
	return vfscanf(&stream, format, args);
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

int scanf(const char *restrict format, ...)
{
	FORWARD(vfscanf(stdin, format, args));
}

int fscanf(FILE *restrict stream, const char *restrict format, ...)
{
	FORWARD(vfscanf(stream, format, args));
}

int sscanf(const char *restrict s, const char *restrict format, ...)
{
	FORWARD(vsscanf(s, format, args));
}
