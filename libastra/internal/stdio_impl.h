/*
 * A stream. Rules:
 *  - every public function takes the stream's lock once; functions named _unlocked here expect it held;
 *  - the lock is recursive, so that a program may hold it over several calls (flockfile);
 *  - what is behind a stream is a descriptor, or the functions of `ops`;
 *  - the buffer holds either bytes read and not yet consumed (READING: at … end) or bytes to be written (WRITING: 0 … end);
 *  - the list of open streams has its own lock, taken before a stream's.
 */
#ifndef INTERNAL_STDIO_IMPL_H
#define INTERNAL_STDIO_IMPL_H

#include <stdbool.h>
#include <stdio.h>

#include "lock.h"

#define UNGET_ROOM 8	/* bytes kept free before the buffer for ungetc */

enum direction { IDLE, READING, WRITING };

/* What a stream without a descriptor does; the meaning of each is that of the system call. NULL: not supported. */
struct stream_ops {
	ssize_t (*read)(void *cookie, void *buf, size_t size);
	ssize_t (*write)(void *cookie, const void *buf, size_t size);
	off_t (*seek)(void *cookie, off_t offset, int whence);
	int (*close)(void *cookie);
};

/* [l] lock, [o] written by the lock's owner, [L] the list's lock, [I] immutable after opening */
struct __file {
	lock_t lock;
	void *owner;			/* [o] the thread that holds the lock */
	unsigned depth;			/* [o] how often it took it */
	int fd;				/* [I] -1: no descriptor */
	const struct stream_ops *ops;	/* [I] NULL: the descriptor */
	void *cookie;			/* [I] for ops */
	bool readable, writable, append;	/* [I] */
	bool constant;			/* [I] the buffer is not to be written to: ungetc takes back only what was there */
	bool eof, error;		/* [l] */
	bool line_buffered;		/* [l] */
	signed char orientation;	/* [l] fwide's: of bytes -1, wide 1, 0 not yet used */
	bool own_buffer, own_file;	/* [l] to be freed by fclose */
	enum direction direction;	/* [l] */
	unsigned char *buffer;		/* [l] NULL until first use */
	size_t size;			/* [l] of the buffer; 0: unbuffered */
	long at, end;			/* [l] offsets in the buffer; ungetc takes `at` down to -UNGET_ROOM */
	struct __file *next, *previous;	/* [L] */
	unsigned char small[UNGET_ROOM + 1];	/* [l] the buffer of an unbuffered stream */
};

static inline void *stream_self(void)
{
	void *self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	return self;
}

static inline void stream_lock(FILE *stream)
{
	void *self = stream_self();

	if (__atomic_load_n(&stream->owner, __ATOMIC_RELAXED) != self) {
		lock_acquire(&stream->lock);
		__atomic_store_n(&stream->owner, self, __ATOMIC_RELAXED);
	}
	stream->depth++;
}

static inline void stream_unlock(FILE *stream)
{
	if (--stream->depth)
		return;
	__atomic_store_n(&stream->owner, NULL, __ATOMIC_RELAXED);
	lock_release(&stream->lock);
}

/* Writes what is buffered, or forgets what was read ahead. 0 or EOF. */
int __flush_unlocked(FILE *stream) __attribute__((visibility("hidden")));
/* Bytes taken; fewer than n only with the error flag set. */
size_t __write_unlocked(FILE *stream, const void *data, size_t n) __attribute__((visibility("hidden")));
/* The next byte or EOF. */
int __getc_unlocked(FILE *stream) __attribute__((visibility("hidden")));
/* Makes bytes available for reading; false at the end or on an error. */
bool __fill_unlocked(FILE *stream) __attribute__((visibility("hidden")));
/* Prepares for writing; false when the stream cannot be written. */
bool __begin_write_unlocked(FILE *stream) __attribute__((visibility("hidden")));
void __ensure_buffer(FILE *stream) __attribute__((visibility("hidden")));
void __list_stream(FILE *stream) __attribute__((visibility("hidden")));
void __unlist_stream(FILE *stream) __attribute__((visibility("hidden")));
/* Moves what is behind the stream, without regard to the buffer. */
off_t __seek_behind(FILE *stream, off_t offset, int whence) __attribute__((visibility("hidden")));
/* A stream over ops, listed; NULL with ENOMEM. flags are those of open(). */
FILE *__open_ops(const struct stream_ops *ops, void *cookie, int flags) __attribute__((visibility("hidden")));
/* open()'s flags for a mode string, or -1 with EINVAL. */
int __mode_flags(const char *mode) __attribute__((visibility("hidden")));
/* In the child of a fork: streams that other threads held are free. The list's lock is held. */
void __stdio_after_fork(void) __attribute__((visibility("hidden")));
void __stdio_exit(void) __attribute__((visibility("hidden")));

/* Where scanf reads: a stream whose lock is held, in bytes or wide characters, or a wide string. */
struct scan_source {
	FILE *stream;
	const wchar_t *text;	/* NULL: the stream */
	bool wide;
};

/* scanf's engine. A wide source's format is in the encoding of utf8.h. Assignments, or EOF. */
int __scan(const struct scan_source *source, const char *format, va_list args) __attribute__((visibility("hidden")));

#endif
