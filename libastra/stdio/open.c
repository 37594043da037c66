/* Opening, closing and buffering of streams. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stdio_impl.h"

int __mode_flags(const char *mode)
{
	int flags;

	switch (*mode) {
	case 'r': flags = 0; break;
	case 'w': flags = O_CREAT | O_TRUNC; break;
	case 'a': flags = O_CREAT | O_APPEND; break;
	default:
		errno = EINVAL;
		return -1;
	}
	if (strchr(mode, '+'))
		flags |= O_RDWR;
	else
		flags |= *mode == 'r' ? O_RDONLY : O_WRONLY;
	if (strchr(mode, 'x'))
		flags |= O_EXCL;
	if (strchr(mode, 'e'))
		flags |= O_CLOEXEC;
	return flags;
}

static void set_up(FILE *stream, int fd, int flags)
{
	stream->fd = fd;
	stream->readable = (flags & O_ACCMODE) != O_WRONLY;
	stream->writable = (flags & O_ACCMODE) != O_RDONLY;
	stream->append = flags & O_APPEND;
	stream->line_buffered = stream->writable && fd >= 0 && isatty(fd);
	stream->eof = stream->error = false;
	stream->direction = IDLE;
	stream->at = stream->end = 0;
}

static FILE *new_stream(int fd, int flags)
{
	FILE *stream = calloc(1, sizeof(*stream));
	int error = errno;

	if (!stream)
		return NULL;
	stream->size = BUFSIZ;
	stream->own_file = true;
	set_up(stream, fd, flags);
	__list_stream(stream);
	errno = error;
	return stream;
}

FILE *__open_ops(const struct stream_ops *ops, void *cookie, int flags)
{
	FILE *stream = new_stream(-1, flags);

	if (stream) {
		stream->ops = ops;
		stream->cookie = cookie;
	}
	return stream;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	int flags = __mode_flags(mode), fd;
	FILE *stream;

	if (flags < 0)
		return NULL;
	fd = open(path, flags, 0666);
	if (fd < 0)
		return NULL;
	stream = new_stream(fd, flags);
	if (!stream)
		close(fd);
	return stream;
}

FILE *fdopen(int fd, const char *mode)
{
	int flags = __mode_flags(mode), have = fcntl(fd, F_GETFL);

	if (flags < 0 || have < 0)
		return NULL;
	if ((have & O_ACCMODE) != O_RDWR && (have & O_ACCMODE) != (flags & O_ACCMODE)) {
		errno = EINVAL;
		return NULL;
	}
	if (flags & O_APPEND)
		fcntl(fd, F_SETFL, have | O_APPEND);
	if (flags & O_CLOEXEC)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return new_stream(fd, flags);
}

static void drop_buffer(FILE *stream)
{
	if (stream->own_buffer)
		free(stream->buffer - UNGET_ROOM);
	stream->own_buffer = false;
	stream->buffer = NULL;
}

static int close_behind(FILE *stream)
{
	if (!stream->ops)
		return close(stream->fd);
	return stream->ops->close ? stream->ops->close(stream->cookie) : 0;
}

int fclose(FILE *stream)
{
	int result;

	__unlist_stream(stream);
	stream_lock(stream);
	result = __flush_unlocked(stream);
	if (close_behind(stream) < 0)
		result = EOF;
	drop_buffer(stream);
	stream->readable = stream->writable = false;
	stream_unlock(stream);
	if (stream->own_file)
		free(stream);
	return result;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream)
{
	int flags = __mode_flags(mode), fd;

	if (flags < 0 || !path) {
		errno = EINVAL;
		return NULL;
	}
	stream_lock(stream);
	__flush_unlocked(stream);
	fd = open(path, flags, 0666);
	if (fd >= 0 && fd != stream->fd) {
		dup3(fd, stream->fd, flags & O_CLOEXEC);
		close(fd);
		fd = stream->fd;
	}
	if (fd >= 0)
		set_up(stream, fd, flags);
	stream_unlock(stream);
	if (fd >= 0)
		return stream;
	fclose(stream);
	return NULL;
}

int setvbuf(FILE *restrict stream, char *restrict buf, int mode, size_t size)
{
	if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
		errno = EINVAL;
		return -1;
	}
	stream_lock(stream);
	__flush_unlocked(stream);
	if (stream == stdout)
		__begin_write_unlocked(stream);
	drop_buffer(stream);
	stream->direction = IDLE;
	stream->line_buffered = mode == _IOLBF;
	stream->size = mode == _IONBF ? 0 : BUFSIZ;
	if (mode != _IONBF && buf && size > UNGET_ROOM) {
		stream->buffer = (unsigned char *)buf + UNGET_ROOM;
		stream->size = size - UNGET_ROOM;
	} else if (mode != _IONBF && size) {
		stream->size = size;
	}
	stream_unlock(stream);
	return 0;
}

void setbuf(FILE *restrict stream, char *restrict buf)
{
	setvbuf(stream, buf, buf ? _IOFBF : _IONBF, BUFSIZ);
}

void setbuffer(FILE *restrict stream, char *restrict buf, size_t size)
{
	setvbuf(stream, buf, buf ? _IOFBF : _IONBF, size);
}

void setlinebuf(FILE *stream)
{
	setvbuf(stream, NULL, _IOLBF, 0);
}
