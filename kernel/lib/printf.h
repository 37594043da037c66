/*
 * Formatted text. C's conversions d i u x X o c s p % with flags - 0 + space #, width, precision and the length
 * modifiers hh h l ll z t j; no floating point. Callable from any context, allocates nothing.
 */
#ifndef LIB_PRINTF_H
#define LIB_PRINTF_H

#include <stdarg.h>

#include "lib/types.h"

/* As C's: the length that the whole text would have; the buffer always ends with NUL when size > 0. */
int snprintf(char *buf, size_t size, const char *format, ...) __printf(3, 4);
int vsnprintf(char *buf, size_t size, const char *format, va_list ap) __printf(3, 0);

/* As snprintf, but the number of characters that are in the buffer (at most size - 1). */
int scnprintf(char *buf, size_t size, const char *format, ...) __printf(3, 4);

#endif
