/* Strings and memory, as in C's <string.h>; plus the kernel's bounded copies. Callable from any context. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include "lib/types.h"

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

/* Copy at most size - 1 bytes and end with NUL; size > 0. Returns strlen(src): >= size says that it was cut. */
size_t strlcpy(char *dst, const char *src, size_t size);

/* Clear one page / copy one page; both page aligned, in the direct map. */
void page_clear(void *page);
void page_copy(void *dst, const void *src);

/*
 * Offer one of the processor's own ways to copy and to fill long runs (256 bytes and more): each is taken for the rest
 * of the run if it beats what was chosen before, at first the plain loop, on a page by `ticks`. `scratch` is two pages.
 * Boot CPU, before the others start. Which of the two were taken: BULK_COPY, BULK_FILL.
 */
#define BULK_COPY 1u
#define BULK_FILL 2u
typedef void (*string_copy_fn)(void *dst, const void *src, size_t n);
typedef void (*string_fill_fn)(void *dst, int c, size_t n);
unsigned string_choose_bulk(string_copy_fn copy, string_fill_fn fill, void *scratch, u64 (*ticks)(void));

/*
 * Parse an unsigned number with the C prefixes 0x and 0, the whole of the string. 0, -EINVAL or -ERANGE.
 */
int parse_u64(const char *s, u64 *value);

#endif
