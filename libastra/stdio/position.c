/* Position and state of streams. */
#include <errno.h>
#include <unistd.h>

#include "stdio_impl.h"

int fseeko(FILE *stream, off_t offset, int whence)
{
	off_t result;

	stream_lock(stream);
	result = __flush_unlocked(stream);
	if (result == 0)
		result = __seek_behind(stream, offset, whence);
	if (result >= 0)
		stream->eof = false;
	stream_unlock(stream);
	return result < 0 ? -1 : 0;
}

int fseek(FILE *stream, long offset, int whence)
{
	return fseeko(stream, offset, whence);
}

off_t ftello(FILE *stream)
{
	off_t position;

	stream_lock(stream);
	position = __seek_behind(stream, 0, stream->append && stream->direction == WRITING ? SEEK_END : SEEK_CUR);
	if (position >= 0 && stream->direction == READING)
		position -= stream->end - stream->at;
	else if (position >= 0 && stream->direction == WRITING)
		position += stream->end;
	stream_unlock(stream);
	return position;
}

long ftell(FILE *stream)
{
	return ftello(stream);
}

void rewind(FILE *stream)
{
	fseeko(stream, 0, SEEK_SET);
	clearerr(stream);
}

int fgetpos(FILE *restrict stream, fpos_t *restrict position)
{
	position->__position = ftello(stream);
	return position->__position < 0 ? -1 : 0;
}

int fsetpos(FILE *stream, const fpos_t *position)
{
	return fseeko(stream, position->__position, SEEK_SET);
}

int feof(FILE *stream)
{
	return stream->eof;
}

int ferror(FILE *stream)
{
	return stream->error;
}

void clearerr(FILE *stream)
{
	stream->eof = stream->error = false;
}

int fileno(FILE *stream)
{
	if (stream->fd < 0)
		errno = EBADF;
	return stream->fd;
}
