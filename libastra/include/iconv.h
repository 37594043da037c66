/* Conversion between character sets: UTF-8, UTF-16 and UTF-32 (LE, BE, or with a mark), US-ASCII, ISO-8859-1. */
#ifndef _ICONV_H
#define _ICONV_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

typedef void *iconv_t;

/* A conversion, to be closed; (iconv_t)-1 with EINVAL for a set that is not known, ENOMEM. Names do not know case. */
iconv_t iconv_open(const char *to, const char *from);
/*
 * Converts until the input ends (0), a character cannot be read or expressed (EILSEQ), the input ends inside one (EINVAL),
 * or the output is full (E2BIG); errors are (size_t)-1. All four pointers and counts move on. in NULL: back to the start.
 */
size_t iconv(iconv_t conversion, char **restrict in, size_t *restrict in_left, char **restrict out, size_t *restrict out_left);
/* Frees the conversion; 0. A conversion belongs to one thread at a time. */
int iconv_close(iconv_t conversion);

__ASTRA_END_DECLS

#endif
