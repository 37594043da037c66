/*
 * Wide characters: Unicode code points. The multibyte encoding is UTF-8 after setlocale() chose it, and ASCII before,
 * where a byte beyond 127 is EILSEQ. Functions with a NULL state use one of their own.
 */
#ifndef _WCHAR_H
#define _WCHAR_H

#include <bits/locale_t.h>
#include <features.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

__ASTRA_BEGIN_DECLS

typedef unsigned int wint_t;
/* A character that has begun: its bits so far, and the continuation bytes still to come. */
typedef struct {
	unsigned int __value;
	unsigned short __missing, __length;
} mbstate_t;

#ifndef WEOF
#define WEOF 0xffffffffu
#endif

struct tm;

/* Bytes of the character at s (0 for NUL), (size_t)-1 with EILSEQ, (size_t)-2 when n bytes are not all of it. */
size_t mbrtowc(wchar_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state);
size_t mbrlen(const char *restrict s, size_t n, mbstate_t *restrict state);
/* Bytes written to s, up to 4, or (size_t)-1 with EILSEQ. */
size_t wcrtomb(char *restrict s, wchar_t c, mbstate_t *restrict state);
int mbsinit(const mbstate_t *state);
/* Characters (bytes) converted without the final NUL, or (size_t)-1. dst NULL: only counts. */
size_t mbsrtowcs(wchar_t *restrict dst, const char **restrict src, size_t n, mbstate_t *restrict state);
size_t mbsnrtowcs(wchar_t *restrict dst, const char **restrict src, size_t bytes, size_t n, mbstate_t *restrict state);
size_t wcsrtombs(char *restrict dst, const wchar_t **restrict src, size_t n, mbstate_t *restrict state);
wint_t btowc(int c);
int wctob(wint_t c);

size_t wcslen(const wchar_t *s);
size_t wcsnlen(const wchar_t *s, size_t max);
wchar_t *wcscpy(wchar_t *restrict dst, const wchar_t *restrict src);
wchar_t *wcsncpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n);
wchar_t *wcscat(wchar_t *restrict dst, const wchar_t *restrict src);
wchar_t *wcsncat(wchar_t *restrict dst, const wchar_t *restrict src, size_t n);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n);
int wcscasecmp(const wchar_t *a, const wchar_t *b);
int wcscoll(const wchar_t *a, const wchar_t *b);
size_t wcsxfrm(wchar_t *restrict dst, const wchar_t *restrict src, size_t n);
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *wcsstr(const wchar_t *haystack, const wchar_t *needle);
size_t wcsspn(const wchar_t *s, const wchar_t *accept);
size_t wcscspn(const wchar_t *s, const wchar_t *reject);
wchar_t *wcspbrk(const wchar_t *s, const wchar_t *accept);
/* As strtok_r: the place is kept in *state. */
wchar_t *wcstok(wchar_t *restrict s, const wchar_t *restrict separators, wchar_t **restrict state);
/* A copy that the caller frees. */
wchar_t *wcsdup(const wchar_t *s);
wchar_t *wmemcpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n);
wchar_t *wmemmove(wchar_t *dst, const wchar_t *src, size_t n);
wchar_t *wmemset(wchar_t *dst, wchar_t c, size_t n);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n);
wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n);

/* Numbers, as the functions of <stdlib.h> read them. */
long wcstol(const wchar_t *restrict s, wchar_t **restrict end, int base);
unsigned long wcstoul(const wchar_t *restrict s, wchar_t **restrict end, int base);
long long wcstoll(const wchar_t *restrict s, wchar_t **restrict end, int base);
unsigned long long wcstoull(const wchar_t *restrict s, wchar_t **restrict end, int base);
double wcstod(const wchar_t *restrict s, wchar_t **restrict end);

/* One character of a stream, or WEOF; EILSEQ where the bytes are none. A stream has no orientation: calls may be mixed. */
wint_t fgetwc(FILE *stream);
wint_t getwc(FILE *stream);
wint_t getwchar(void);
wint_t ungetwc(wint_t c, FILE *stream);
wint_t fputwc(wchar_t c, FILE *stream);
wint_t putwc(wchar_t c, FILE *stream);
wint_t putwchar(wchar_t c);
wchar_t *fgetws(wchar_t *restrict s, int n, FILE *restrict stream);
int fputws(const wchar_t *restrict s, FILE *restrict stream);

/*
 * Formatted output: wide characters written, or -1. swprintf fails with EOVERFLOW when they and the final NUL do not fit
 * into `size`. EILSEQ for a character that the stream's locale has no bytes for; ENOMEM for a very long format.
 */
int wprintf(const wchar_t *restrict format, ...);
int fwprintf(FILE *restrict stream, const wchar_t *restrict format, ...);
int swprintf(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, ...);
int vwprintf(const wchar_t *restrict format, va_list args);
int vfwprintf(FILE *restrict stream, const wchar_t *restrict format, va_list args);
int vswprintf(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, va_list args);

/* Formatted input: conversions assigned, or EOF when the input ended before the first. Widths count wide characters. */
int wscanf(const wchar_t *restrict format, ...);
int fwscanf(FILE *restrict stream, const wchar_t *restrict format, ...);
int swscanf(const wchar_t *restrict s, const wchar_t *restrict format, ...);
int vwscanf(const wchar_t *restrict format, va_list args);
int vfwscanf(FILE *restrict stream, const wchar_t *restrict format, va_list args);
int vswscanf(const wchar_t *restrict s, const wchar_t *restrict format, va_list args);

/* The stream's orientation: more than 0 wide, less than 0 bytes, 0 undecided. A mode other than 0 decides what is undecided. */
int fwide(FILE *stream, int mode);
/*
 * A stream that writes into memory: *result and *size (in wide characters) are valid after fflush or fclose; *result is
 * then the caller's to free. NULL with ENOMEM. Positions are in wide characters.
 */
FILE *open_wmemstream(wchar_t **result, size_t *size);

/* Columns on a terminal: 0 for combining characters, 2 for wide ones, -1 for what cannot be printed. */
int wcwidth(wchar_t c);
int wcswidth(const wchar_t *s, size_t n);

/* The same with a length in wide characters of the source, as mbsnrtowcs has one in bytes. */
size_t wcsnrtombs(char *restrict dst, const wchar_t **restrict src, size_t wide, size_t n, mbstate_t *restrict state);
float wcstof(const wchar_t *restrict s, wchar_t **restrict end);
long double wcstold(const wchar_t *restrict s, wchar_t **restrict end);
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n);
/* Copies that answer the address of the copy's end. */
wchar_t *wcpcpy(wchar_t *restrict dst, const wchar_t *restrict src);
wchar_t *wcpncpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n);
/* strftime in wide characters: those written, or 0 when they do not fit. */
size_t wcsftime(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, const struct tm *restrict tm);
/* The same; no locale has another order. */
int wcscoll_l(const wchar_t *a, const wchar_t *b, locale_t locale);
size_t wcsxfrm_l(wchar_t *restrict dst, const wchar_t *restrict src, size_t n, locale_t locale);
int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t locale);
int wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t n, locale_t locale);

__ASTRA_END_DECLS

#endif
