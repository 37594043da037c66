/* What a stream is doing: looks into it, which portable programs leave to a few functions of their C library. */
#include <stdio_ext.h>

#include "stdio_impl.h"

size_t __fbufsize(FILE *stream)
{
	return stream->size;
}

size_t __fpending(FILE *stream)
{
	return stream->direction == WRITING ? (size_t)stream->end : 0;
}

int __freadable(FILE *stream)
{
	return stream->readable;
}

int __fwritable(FILE *stream)
{
	return stream->writable;
}

int __freading(FILE *stream)
{
	return stream->direction == READING || !stream->writable;
}

int __fwriting(FILE *stream)
{
	return stream->direction == WRITING || !stream->readable;
}

int __flbf(FILE *stream)
{
	return stream->line_buffered;
}

void __fpurge(FILE *stream)
{
	stream_lock(stream);
	stream->at = stream->end = 0;
	stream->direction = IDLE;
	stream_unlock(stream);
}

int fpurge(FILE *stream)
{
	__fpurge(stream);
	return 0;
}

void _flushlbf(void)
{
	fflush(NULL);
}

void __fseterr(FILE *stream)
{
	stream->error = true;
}

int __fsetlocking(FILE *stream, int type)
{
	return FSETLOCKING_INTERNAL;
}
