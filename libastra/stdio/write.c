/* Writing to streams. */
#include <errno.h>
#include <string.h>

#include "stdio_impl.h"

size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict stream)
{
	size_t bytes = size * count, done;

	stream_lock(stream);
	done = __write_unlocked(stream, buf, bytes);
	stream_unlock(stream);
	return size ? done / size : 0;
}

int fputc(int c, FILE *stream)
{
	unsigned char byte = (unsigned char)c;

	return fwrite(&byte, 1, 1, stream) == 1 ? byte : EOF;
}

int putc(int c, FILE *stream)
{
	return fputc(c, stream);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int fputs(const char *restrict s, FILE *restrict stream)
{
	size_t n = strlen(s);

	return fwrite(s, 1, n, stream) == n ? 0 : EOF;
}

int puts(const char *s)
{
	size_t n = strlen(s);
	bool good;

	stream_lock(stdout);
	good = __write_unlocked(stdout, s, n) == n && __write_unlocked(stdout, "\n", 1) == 1;
	stream_unlock(stdout);
	return good ? 0 : EOF;
}

void perror(const char *prefix)
{
	int error = errno;

	fprintf(stderr, "%s%s%s\n", prefix && *prefix ? prefix : "", prefix && *prefix ? ": " : "", strerror(error));
}
