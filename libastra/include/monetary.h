/* Amounts of money as text. */
#ifndef _MONETARY_H
#define _MONETARY_H

#include <bits/locale_t.h>
#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

/*
 * printf for amounts (double): %[=f^+(!-][width][#left][.right]n or i, and %%. The locales have no currency and no grouping.
 * Bytes without the NUL, or -1 with E2BIG (buf is too small) or EINVAL.
 */
ssize_t strfmon(char *restrict buf, size_t size, const char *restrict format, ...);
ssize_t strfmon_l(char *restrict buf, size_t size, locale_t locale, const char *restrict format, ...);

__ASTRA_END_DECLS

#endif
