/* Comparison of strings without regard to case, C locale. */
#ifndef _STRINGS_H
#define _STRINGS_H

#include <bits/locale_t.h>
#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

/* Less than, equal to or more than 0; ASCII letters only, in every locale. */
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
/* The number of the lowest set bit, counted from 1; 0 when none is. */
int ffs(int value);
int ffsl(long value);
int ffsll(long long value);
/* The old names of memcmp (only whether they differ), memset 0, memmove, strchr and strrchr. */
int bcmp(const void *a, const void *b, size_t n);
void bzero(void *dst, size_t n);
void bcopy(const void *src, void *dst, size_t n);
char *index(const char *s, int c);
char *rindex(const char *s, int c);

int strcasecmp_l(const char *a, const char *b, locale_t locale);
int strncasecmp_l(const char *a, const char *b, size_t n, locale_t locale);

__ASTRA_END_DECLS

#endif
