/* The two locales. setlocale is for the program's start: it is not safe beside conversions in other threads, as POSIX says. */
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "locale_impl.h"

const struct __locale __c_locale = { .utf8 = false }, __utf8_locale = { .utf8 = true };
const struct __locale *__process_locale = &__c_locale;
_Thread_local const struct __locale *__thread_locale;

static const char c_name[] = "C", utf8_name[] = "C.UTF-8";

static const char *from_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return c_name;
}

static bool ends_in_utf8(const char *name)
{
	const char *point = strrchr(name, '.');

	return point && (!strcmp(point, ".UTF-8") || !strcmp(point, ".utf8") || !strcmp(point, ".UTF8"));
}

char *setlocale(int category, const char *name)
{
	bool encodes = category == LC_ALL || category == LC_CTYPE, utf8;

	if (category < LC_CTYPE || category > LC_ALL)
		return NULL;
	if (name) {
		if (!*name)
			name = from_environment();
		utf8 = ends_in_utf8(name);
		if (!utf8 && strcmp(name, "C") && strcmp(name, "POSIX"))
			return NULL;
		if (encodes)
			__process_locale = utf8 ? &__utf8_locale : &__c_locale;
		else
			return (char *)(utf8 ? utf8_name : c_name);
	}
	return (char *)(encodes && __process_locale->utf8 ? utf8_name : c_name);
}

size_t __mb_cur_max(void)
{
	return is_utf8() ? 4 : 1;
}

struct lconv *localeconv(void)
{
	static struct lconv c = {
		".", "", "", "", "", "", "", "", "", "", CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
		CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
	};

	return &c;
}

char *nl_langinfo_l(nl_item item, locale_t locale)
{
	static const char *const times[] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
		"December", "AM", "PM", "%a %b %e %H:%M:%S %Y", "%m/%d/%y", "%H:%M:%S", "%I:%M:%S %p",
	};

	if (item >= ABDAY_1 && item <= T_FMT_AMPM)
		return (char *)times[item - ABDAY_1];
	switch (item) {
	case CODESET:   return (locale == LC_GLOBAL_LOCALE ? __process_locale : locale)->utf8 ? "UTF-8" : "ANSI_X3.4-1968";
	case RADIXCHAR: return ".";
	case YESEXPR:   return "^[yY]";
	case NOEXPR:    return "^[nN]";
	}
	return "";
}

char *nl_langinfo(nl_item item)
{
	return nl_langinfo_l(item, uselocale(0));
}

/* Categories other than LC_CTYPE are the same in both locales, so a mask without it changes nothing. */
locale_t newlocale(int mask, const char *name, locale_t base)
{
	bool utf8;

	if (mask & ~LC_ALL_MASK || !name) {
		errno = EINVAL;
		return NULL;
	}
	if (!*name)
		name = from_environment();
	utf8 = ends_in_utf8(name);
	if (!utf8 && strcmp(name, "C") && strcmp(name, "POSIX")) {
		errno = ENOENT;
		return NULL;
	}
	if (!(mask & LC_CTYPE_MASK))
		return base ? base : (locale_t)&__c_locale;
	return (locale_t)(utf8 ? &__utf8_locale : &__c_locale);
}

locale_t duplocale(locale_t locale)
{
	return locale == LC_GLOBAL_LOCALE ? (locale_t)__process_locale : locale;
}

/* The objects are shared and immutable: there is nothing to free. */
void freelocale(locale_t locale)
{
	(void)locale;
}

locale_t uselocale(locale_t locale)
{
	locale_t old = __thread_locale ? (locale_t)__thread_locale : LC_GLOBAL_LOCALE;

	if (locale)
		__thread_locale = locale == LC_GLOBAL_LOCALE ? NULL : locale;
	return old;
}
