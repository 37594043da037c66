/* The engine of streams: filling and flushing buffers, the three standard streams, the list of open ones. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stdio_impl.h"
#include "syscall.h"

static unsigned char in_buffer[UNGET_ROOM + BUFSIZ], out_buffer[UNGET_ROOM + BUFSIZ];

static FILE err_file = { .fd = 2, .writable = true };
static FILE out_file = { .fd = 1, .writable = true, .size = BUFSIZ, .buffer = out_buffer + UNGET_ROOM,
			 .line_buffered = true, .next = &err_file };
static FILE in_file = { .fd = 0, .readable = true, .size = BUFSIZ, .buffer = in_buffer + UNGET_ROOM, .next = &out_file };

FILE *const stdin = &in_file;
FILE *const stdout = &out_file;
FILE *const stderr = &err_file;

FORK_LOCK(list_lock);
static FILE *streams = &in_file;
static bool stdout_checked;		/* by out_file's lock: line buffering was decided */

void __list_stream(FILE *stream)
{
	lock_acquire(&list_lock);
	stream->previous = NULL;
	stream->next = streams;
	if (streams)
		streams->previous = stream;
	streams = stream;
	lock_release(&list_lock);
}

/* The standard streams have no previous links at the start, so the list is searched. */
void __unlist_stream(FILE *stream)
{
	lock_acquire(&list_lock);
	for (FILE **link = &streams; *link; link = &(*link)->next) {
		if (*link == stream) {
			*link = stream->next;
			break;
		}
	}
	lock_release(&list_lock);
}

void __ensure_buffer(FILE *stream)
{
	if (stream->buffer)
		return;
	if (stream->size) {
		unsigned char *memory = malloc(UNGET_ROOM + stream->size);

		if (memory) {
			stream->buffer = memory + UNGET_ROOM;
			stream->own_buffer = true;
			return;
		}
	}
	stream->size = 0;
	stream->buffer = stream->small + UNGET_ROOM;
}

off_t __seek_behind(FILE *stream, off_t offset, int whence)
{
	if (!stream->ops)
		return lseek(stream->fd, offset, whence);
	if (stream->ops->seek)
		return stream->ops->seek(stream->cookie, offset, whence);
	errno = ESPIPE;
	return -1;
}

/* Writes all of it to what is behind. */
static bool write_all(FILE *stream, const unsigned char *data, size_t n)
{
	while (n) {
		ssize_t done = stream->ops ? stream->ops->write(stream->cookie, data, n)
					   : __sysret(sys(write, stream->fd, data, n));

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			stream->error = true;
			return false;
		}
		data += done;
		n -= (size_t)done;
	}
	return true;
}

int __flush_unlocked(FILE *stream)
{
	bool good = true;

	if (stream->direction == WRITING && stream->end)
		good = write_all(stream, stream->buffer, (size_t)stream->end);
	else if (stream->direction == READING && stream->at < stream->end)
		__seek_behind(stream, stream->at - stream->end, SEEK_CUR);
	stream->at = stream->end = 0;
	stream->direction = IDLE;
	return good ? 0 : EOF;
}

static ssize_t read_behind(FILE *stream)
{
	size_t size = stream->size ? stream->size : 1;

	return stream->ops ? stream->ops->read(stream->cookie, stream->buffer, size)
			   : __sysret(sys(read, stream->fd, stream->buffer, size));
}

bool __fill_unlocked(FILE *stream)
{
	ssize_t n;

	if (!stream->readable) {
		errno = EBADF;
		stream->error = true;
		return false;
	}
	if (stream->direction == WRITING)
		__flush_unlocked(stream);
	if (!stream->orientation)
		stream->orientation = -1;
	__ensure_buffer(stream);
	if (stream->line_buffered || stream == stdin) {
		if (stdout != stream && out_file.direction == WRITING && out_file.line_buffered)
			fflush(stdout);
	}
	stream->direction = READING;
	stream->at = stream->end = 0;
	do
		n = read_behind(stream);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		stream->eof |= n == 0;
		stream->error |= n < 0;
		return false;
	}
	stream->end = n;
	return true;
}

int __getc_unlocked(FILE *stream)
{
	if (stream->direction != READING || stream->at == stream->end) {
		if (!__fill_unlocked(stream))
			return EOF;
	}
	return stream->buffer[stream->at++];
}

bool __begin_write_unlocked(FILE *stream)
{
	if (!stream->writable) {
		errno = EBADF;
		stream->error = true;
		return false;
	}
	if (stream->direction == WRITING)
		return true;
	if (stream->direction == READING)
		__flush_unlocked(stream);
	if (stream == &out_file && !stdout_checked) {
		int error = errno;

		stdout_checked = true;
		out_file.line_buffered = isatty(1);
		errno = error;
	}
	if (!stream->orientation)
		stream->orientation = -1;
	__ensure_buffer(stream);
	stream->direction = WRITING;
	return true;
}

size_t __write_unlocked(FILE *stream, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	if (!__begin_write_unlocked(stream))
		return 0;
	if (n > stream->size - (size_t)stream->end) {
		if (stream->end && !write_all(stream, stream->buffer, (size_t)stream->end)) {
			stream->end = 0;
			return 0;
		}
		stream->end = 0;
		if (n >= stream->size)
			return write_all(stream, bytes, n) ? n : 0;
	}
	memcpy(stream->buffer + stream->end, bytes, n);
	stream->end += (long)n;
	if (stream->line_buffered && memrchr(bytes, '\n', n)) {
		size_t end = (size_t)stream->end;

		stream->end = 0;
		if (!write_all(stream, stream->buffer, end))
			return 0;
	}
	return n;
}

int fflush(FILE *stream)
{
	int result = 0;

	if (stream) {
		stream_lock(stream);
		result = __flush_unlocked(stream);
		stream_unlock(stream);
		return result;
	}
	lock_acquire(&list_lock);
	for (FILE *s = streams; s; s = s->next) {
		stream_lock(s);
		if (s->direction == WRITING)
			result |= __flush_unlocked(s);
		stream_unlock(s);
	}
	lock_release(&list_lock);
	return result;
}

void __stdio_after_fork(void)
{
	void *self = stream_self();

	for (FILE *s = streams; s; s = s->next) {
		if (s->owner == self)
			continue;
		s->lock = (lock_t){ 0 };
		s->owner = NULL;
		s->depth = 0;
	}
}

/*
 * At exit. What is to be written is waited for; a stream that is only read, perhaps by a thread that sleeps in it for good, gives
 * back what it read ahead if its lock is free. The locks are kept: nobody may write after this.
 */
void __stdio_exit(void)
{
	for (FILE *s = streams; s; s = s->next) {
		if (s->direction == WRITING)
			stream_lock(s);
		else if (ftrylockfile(s) < 0)
			continue;
		__flush_unlocked(s);
	}
}
