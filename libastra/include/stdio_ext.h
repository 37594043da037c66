/* What a stream is doing, as Solaris and the GNU library tell it. None fails; a stream belongs to one thread meanwhile. */
#ifndef _STDIO_EXT_H
#define _STDIO_EXT_H

#include <features.h>
#include <stddef.h>
#include <stdio.h>

__ASTRA_BEGIN_DECLS

/* Bytes of the buffer (0: unbuffered), and of output that waits in it. */
size_t __fbufsize(FILE *stream);
size_t __fpending(FILE *stream);
/* Whether it may be read, written; whether the last operation was reading (or it can only be read), writing. */
int __freadable(FILE *stream);
int __fwritable(FILE *stream);
int __freading(FILE *stream);
int __fwriting(FILE *stream);
/* Whether a newline flushes. */
int __flbf(FILE *stream);
/* Forgets what is buffered, read or written. */
void __fpurge(FILE *stream);
int fpurge(FILE *stream);
/* Flushes all streams, the line-buffered ones among them. */
void _flushlbf(void);
/* Sets the error flag. */
void __fseterr(FILE *stream);

/* Locking is always the library's own: the type is FSETLOCKING_INTERNAL whatever is asked for. */
#define FSETLOCKING_QUERY    0
#define FSETLOCKING_INTERNAL 1
#define FSETLOCKING_BYCALLER 2
int __fsetlocking(FILE *stream, int type);

__ASTRA_END_DECLS

#endif
