/*
 * Strings and memory, C11 and POSIX. Where a function returns a string that it made, the caller owns it and frees it
 * with free(). Nothing here sets errno but strdup and strndup (ENOMEM).
 */
#ifndef _STRING_H
#define _STRING_H

#include <bits/locale_t.h>
#include <features.h>
#include <stddef.h>
#include <strings.h>

__ASTRA_BEGIN_DECLS

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
void *memrchr(const void *s, int c, size_t n);
/* Copies up to and including the first byte c; returns the address after it in dst, or NULL when c is not in src. */
void *memccpy(void *restrict dst, const void *restrict src, int c, size_t n);
/* The first place of the needle's bytes in the haystack, or NULL; an empty needle is found at once. */
void *memmem(const void *haystack, size_t haystack_len, const void *needle, size_t needle_len);
/* memcpy that returns the address after the last byte written. */
void *mempcpy(void *restrict dst, const void *restrict src, size_t n);
/* memset that the compiler never removes: for secrets. */
void explicit_bzero(void *dst, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
char *strcpy(char *restrict dst, const char *restrict src);
char *strncpy(char *restrict dst, const char *restrict src, size_t n);
char *stpcpy(char *restrict dst, const char *restrict src);
char *stpncpy(char *restrict dst, const char *restrict src, size_t n);
char *strcat(char *restrict dst, const char *restrict src);
char *strncat(char *restrict dst, const char *restrict src, size_t n);
/* Copies what fits into size bytes, always terminated when size > 0; returns strlen(src), so >= size means cut. */
size_t strlcpy(char *restrict dst, const char *restrict src, size_t size);
size_t strlcat(char *restrict dst, const char *restrict src, size_t size);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
/* In the order of the locale, which is strcmp's; strxfrm copies up to n bytes and answers the length. */
int strcoll(const char *a, const char *b);
size_t strxfrm(char *restrict dst, const char *restrict src, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
/* strchr that returns the end of s when c is not there. */
char *strchrnul(const char *s, int c);
char *strstr(const char *haystack, const char *needle);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
/*
 * The next piece, whose end becomes a NUL, or NULL; s NULL goes on. strtok's state is one for all threads. strsep: empty pieces
 * too.
 */
char *strtok(char *restrict s, const char *restrict separators);
char *strtok_r(char *restrict s, const char *restrict separators, char **restrict state);
char *strsep(char **state, const char *separators);
/* A copy that the caller frees, of at most n bytes; NULL with ENOMEM. */
char *strdup(const char *s);
char *strndup(const char *s, size_t n);

/* The message of an error number; static, or for an unknown number a per-thread buffer until the next call. */
char *strerror(int error);
/* POSIX form: 0, or ERANGE when the message was cut to size. */
int strerror_r(int error, char *buf, size_t size);
/* The name of a signal's effect ("Terminated"); static, or per-thread for unknown numbers. */
char *strsignal(int sig);

/* The same; no locale differs in these. */
int strcoll_l(const char *a, const char *b, locale_t locale);
size_t strxfrm_l(char *restrict dst, const char *restrict src, size_t n, locale_t locale);
char *strerror_l(int error, locale_t locale);

__ASTRA_END_DECLS

#endif
