/*
 * A stream. Rules:
 *  - every public function takes the stream's lock once; functions named _unlocked here expect it held;
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

/* [l] lock, [L] the list's lock, [I] immutable after opening */
struct __file {
	lock_t lock;
	int fd;				/* [I] -1: a string being printed to */
	bool readable, writable, append;	/* [I] */
	bool eof, error;		/* [l] */
	bool line_buffered;		/* [l] */
	bool own_buffer, own_file;	/* [l] to be freed by fclose */
	enum direction direction;	/* [l] */
	unsigned char *buffer;		/* [l] NULL until first use */
	size_t size;			/* [l] of the buffer; 0: unbuffered */
	long at, end;			/* [l] offsets in the buffer; ungetc takes `at` down to -UNGET_ROOM */
	struct __file *next, *previous;	/* [L] */
	unsigned char small[UNGET_ROOM + 1];	/* [l] the buffer of an unbuffered stream */
};

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
void __stdio_exit(void) __attribute__((visibility("hidden")));

/* Where formatted output goes: a stream, or a caller's buffer that may be too short. */
struct sink {
	FILE *stream;
	char *buffer;
	size_t size, used;	/* used counts what would have been written */
};

int __format(struct sink *sink, const char *format, va_list args) __attribute__((visibility("hidden")));
void __sink_write(struct sink *sink, const char *data, size_t n) __attribute__((visibility("hidden")));
void __sink_pad(struct sink *sink, char c, long n) __attribute__((visibility("hidden")));

/* One conversion of printf, decoded. */
struct spec {
	bool left, plus, space, alternate, zero;
	int width, precision;	/* precision -1: not given */
	char length;		/* 'H' hh, 'h', 'l' (also ll, j, z, t), 'L', or 0 */
	char conversion;
};

void __format_float(struct sink *sink, const struct spec *spec, long double value) __attribute__((visibility("hidden")));

#endif
