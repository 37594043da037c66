/* What the parts of the printf engine share. Nothing here keeps state; a stream's lock is held by the caller. */
#ifndef INTERNAL_FORMAT_IMPL_H
#define INTERNAL_FORMAT_IMPL_H

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <wchar.h>

#include "stdio_impl.h"

/* Where formatted output goes: a stream, or a caller's buffer that may be too short. */
struct sink {
	FILE *stream;
	char *buffer;
	wchar_t *wide_buffer;
	bool wide;		/* everything is counted and stored in wide characters */
	bool failed;		/* EILSEQ, or the stream's error */
	size_t size, used;	/* used counts what would have been written */
	mbstate_t state;	/* of a wide stream's bytes */
};

/* Where a value comes from: from nowhere, from the next argument, or from that of a number. */
#define FROM_NOWHERE (-1)
#define FROM_NEXT    0

/* One conversion of printf, decoded. */
struct spec {
	bool left, plus, space, alternate, zero;
	int width, precision;	/* precision -1: not given */
	int width_from, precision_from, value_from;
	char length;		/* 'H' hh, 'h', 'l' (also ll, j, z, t), 'L', or 0 */
	char conversion;
};

union argument {
	int i;
	long l;
	double d;
	long double real;
	const void *pointer;
};

enum argument_kind { NO_ARGUMENT, INT_ARGUMENT, LONG_ARGUMENT, DOUBLE_ARGUMENT, REAL_ARGUMENT, POINTER_ARGUMENT };

/* A caller's arguments: in order, or all of them fetched beforehand for a format that names them by number. */
struct arguments {
	va_list list;
	union argument *numbered;	/* NULL: in order */
};

void __sink_write(struct sink *sink, const char *data, size_t n) __attribute__((visibility("hidden")));
void __sink_wide(struct sink *sink, const wchar_t *text, size_t n) __attribute__((visibility("hidden")));
void __sink_pad(struct sink *sink, char c, long n) __attribute__((visibility("hidden")));

/* Decodes what follows '%' and moves behind it; false when it is malformed. */
bool __parse_spec(const char **format, struct spec *spec) __attribute__((visibility("hidden")));
/* What kind of argument the conversion takes. */
enum argument_kind __argument_kind(const struct spec *spec) __attribute__((visibility("hidden")));
union argument __next_argument(struct arguments *args, enum argument_kind kind, int from) __attribute__((visibility("hidden")));
/* Fetches all arguments of a format with numbers into `values`; false with EINVAL when it skips or mixes. */
bool __number_arguments(const char *format, va_list list, union argument *values) __attribute__((visibility("hidden")));

/* One conversion each. The text conversions answer false with EILSEQ. A NULL text is written as (null). */
void __format_float(struct sink *sink, const struct spec *spec, long double value) __attribute__((visibility("hidden")));
bool __format_text(struct sink *sink, const struct spec *spec, const char *text) __attribute__((visibility("hidden")));
bool __format_wide_text(struct sink *sink, const struct spec *spec, const wchar_t *text) __attribute__((visibility("hidden")));
bool __format_character(struct sink *sink, const struct spec *spec, int c) __attribute__((visibility("hidden")));
bool __format_wide_character(struct sink *sink, const struct spec *spec, wint_t c) __attribute__((visibility("hidden")));

/* The whole. The format of a wide sink is in the encoding of utf8.h. The count, or -1 with errno. */
int __format(struct sink *sink, const char *format, va_list args) __attribute__((visibility("hidden")));

#endif
