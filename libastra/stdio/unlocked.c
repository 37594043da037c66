/* A program's own hold on a stream's lock, and the calls that expect it. */
#include <errno.h>

#include "stdio_impl.h"

void flockfile(FILE *stream)
{
	stream_lock(stream);
}

int ftrylockfile(FILE *stream)
{
	int free = 0;

	if (stream->owner == stream_self()) {
		stream->depth++;
		return 0;
	}
	if (!__atomic_compare_exchange_n((int *)&stream->lock.state, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return -1;
	stream->owner = stream_self();
	stream->depth = 1;
	return 0;
}

void funlockfile(FILE *stream)
{
	stream_unlock(stream);
}

int getc_unlocked(FILE *stream)
{
	return __getc_unlocked(stream);
}

int fgetc_unlocked(FILE *stream)
{
	return __getc_unlocked(stream);
}

int getchar_unlocked(void)
{
	return __getc_unlocked(stdin);
}

int putc_unlocked(int c, FILE *stream)
{
	unsigned char byte = (unsigned char)c;

	return __write_unlocked(stream, &byte, 1) == 1 ? byte : EOF;
}

int fputc_unlocked(int c, FILE *stream)
{
	return putc_unlocked(c, stream);
}

int putchar_unlocked(int c)
{
	return putc_unlocked(c, stdout);
}

/* The lock is recursive, so these are right with it held and without. */
size_t fread_unlocked(void *restrict buf, size_t size, size_t count, FILE *restrict stream)
{
	return fread(buf, size, count, stream);
}

size_t fwrite_unlocked(const void *restrict buf, size_t size, size_t count, FILE *restrict stream)
{
	return fwrite(buf, size, count, stream);
}

char *fgets_unlocked(char *restrict buf, int size, FILE *restrict stream)
{
	return fgets(buf, size, stream);
}

int fputs_unlocked(const char *restrict s, FILE *restrict stream)
{
	return fputs(s, stream);
}

int fflush_unlocked(FILE *stream)
{
	return fflush(stream);
}

int feof_unlocked(FILE *stream)
{
	return stream->eof;
}

int ferror_unlocked(FILE *stream)
{
	return stream->error;
}

void clearerr_unlocked(FILE *stream)
{
	stream->eof = stream->error = false;
}

int fileno_unlocked(FILE *stream)
{
	return fileno(stream);
}
