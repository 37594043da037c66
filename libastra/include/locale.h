/*
 * Locales: "C" (also "POSIX"), and "C.UTF-8", which differs in nothing but the multibyte encoding. Any name that ends in
 * ".UTF-8" means the latter.
 */
#ifndef _LOCALE_H
#define _LOCALE_H

#include <bits/locale_t.h>
#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

#define LC_CTYPE    0
#define LC_NUMERIC  1
#define LC_TIME     2
#define LC_COLLATE  3
#define LC_MONETARY 4
#define LC_MESSAGES 5
#define LC_ALL      6

struct lconv {
	char *decimal_point, *thousands_sep, *grouping;
	char *int_curr_symbol, *currency_symbol, *mon_decimal_point, *mon_thousands_sep, *mon_grouping;
	char *positive_sign, *negative_sign;
	char int_frac_digits, frac_digits;		/* CHAR_MAX: not given, as all that follow */
	char p_cs_precedes, p_sep_by_space, n_cs_precedes, n_sep_by_space, p_sign_posn, n_sign_posn;
	char int_p_cs_precedes, int_p_sep_by_space, int_n_cs_precedes, int_n_sep_by_space;
	char int_p_sign_posn, int_n_sign_posn;
};

/* The locale's name, static; NULL for an unknown one. name "": from LC_ALL, LC_CTYPE, LANG; NULL: only asks. */
char *setlocale(int category, const char *name);
/* Static and immutable. */
struct lconv *localeconv(void);

#define LC_CTYPE_MASK    (1 << LC_CTYPE)
#define LC_NUMERIC_MASK  (1 << LC_NUMERIC)
#define LC_TIME_MASK     (1 << LC_TIME)
#define LC_COLLATE_MASK  (1 << LC_COLLATE)
#define LC_MONETARY_MASK (1 << LC_MONETARY)
#define LC_MESSAGES_MASK (1 << LC_MESSAGES)
#define LC_ALL_MASK      0x3f

/* The process's locale, as a value for uselocale and the functions in _l. */
#define LC_GLOBAL_LOCALE ((locale_t)-1)

/*
 * Locale objects. newlocale: the object of a name, or NULL with EINVAL (mask) or ENOENT (name); it may be `base` itself.
 * uselocale gives the calling thread a locale of its own, LC_GLOBAL_LOCALE takes it back, 0 only asks; the one before.
 */
locale_t newlocale(int mask, const char *name, locale_t base);
locale_t duplocale(locale_t locale);
void freelocale(locale_t locale);
locale_t uselocale(locale_t locale);

__ASTRA_END_DECLS

#endif
