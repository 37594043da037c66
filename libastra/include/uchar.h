/*
 * Characters of UTF-16 and UTF-32, between which and bytes the locale's encoding stands as in <wchar.h>. A NULL state means
 * one of the function's own.
 */
#ifndef _UCHAR_H
#define _UCHAR_H

#include <features.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

__ASTRA_BEGIN_DECLS

#ifndef __cplusplus
typedef uint_least16_t char16_t;
typedef uint_least32_t char32_t;
#endif

/* As mbrtowc; a character beyond U+FFFF comes as two units, the second with (size_t)-3 and no bytes consumed. */
size_t mbrtoc16(char16_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state);
size_t mbrtoc32(char32_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state);
/* As wcrtomb; the first unit of a pair gives no bytes, the second all. (size_t)-1 with EILSEQ for half a pair. */
size_t c16rtomb(char *restrict s, char16_t c, mbstate_t *restrict state);
size_t c32rtomb(char *restrict s, char32_t c, mbstate_t *restrict state);

__ASTRA_END_DECLS

#endif
