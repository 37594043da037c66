/* Comparison of strings without regard to case, C locale. */
#ifndef _STRINGS_H
#define _STRINGS_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
/* The number of the lowest set bit, counted from 1; 0 when none is. */
int ffs(int value);

__ASTRA_END_DECLS

#endif
