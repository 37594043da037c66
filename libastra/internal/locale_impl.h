/*
 * The one thing that a locale changes: how bytes and wide characters correspond. There are two locale objects, immutable;
 * the process has one, which setlocale writes, and a thread may have its own instead (uselocale).
 */
#ifndef INTERNAL_LOCALE_IMPL_H
#define INTERNAL_LOCALE_IMPL_H

#include <stdbool.h>

struct __locale {
	bool utf8;
};

extern const struct __locale __c_locale __attribute__((visibility("hidden")));
extern const struct __locale __utf8_locale __attribute__((visibility("hidden")));
extern const struct __locale *__process_locale __attribute__((visibility("hidden")));
extern _Thread_local const struct __locale *__thread_locale __attribute__((visibility("hidden")));	/* NULL: the process's */

static inline bool is_utf8(void)
{
	const struct __locale *locale = __thread_locale;

	return (locale ? locale : __process_locale)->utf8;
}

#endif
