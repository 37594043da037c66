/*
 * Formatted output and input in wide characters. The formats go through the byte engines in the encoding of utf8.h, for
 * which a long one needs memory: -1 with ENOMEM. A stream's bytes are the locale's, EILSEQ where it has none.
 */
#include <errno.h>
#include <stdlib.h>
#include <wchar.h>

#include "format_impl.h"
#include "utf8.h"

#define SHORT_FORMAT 64		/* characters */

struct encoded {
	char *text, *heap;
	char small[SHORT_FORMAT * UTF8_MAX + 1];
};

static bool encode(struct encoded *encoded, const wchar_t *format)
{
	size_t length = wcslen(format);
	char *out;

	encoded->heap = length > SHORT_FORMAT ? malloc(length * UTF8_MAX + 1) : NULL;
	if (length > SHORT_FORMAT && !encoded->heap)
		return false;
	encoded->text = out = encoded->heap ? encoded->heap : encoded->small;
	for (; *format; format++)
		out += utf8_put(out, (uint32_t)*format);
	*out = 0;
	return true;
}

static int print(struct sink *sink, const wchar_t *format, va_list args)
{
	struct encoded encoded;
	int n;

	if (!encode(&encoded, format))
		return -1;
	n = __format(sink, encoded.text, args);
	free(encoded.heap);
	return n;
}

static int scan(const struct scan_source *source, const wchar_t *format, va_list args)
{
	struct encoded encoded;
	int n;

	if (!encode(&encoded, format))
		return EOF;
	n = __scan(source, encoded.text, args);
	free(encoded.heap);
	return n;
}

int vfwprintf(FILE *restrict stream, const wchar_t *restrict format, va_list args)
{
	struct sink sink = { .stream = stream, .wide = true };
	int n;

	stream_lock(stream);
	fwide(stream, 1);
	n = print(&sink, format, args);
	stream_unlock(stream);
	return n;
}

int vwprintf(const wchar_t *restrict format, va_list args)
{
	return vfwprintf(stdout, format, args);
}

/* Unlike snprintf it fails when the room is too little, with EOVERFLOW. */
int vswprintf(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, va_list args)
{
	struct sink sink = { .wide_buffer = buf, .size = size, .wide = true };
	int n = print(&sink, format, args);

	if (size)
		buf[sink.used < size ? sink.used : size - 1] = 0;
	if (n >= 0 && (size_t)n >= size) {
		errno = EOVERFLOW;
		return -1;
	}
	return n;
}

int vfwscanf(FILE *restrict stream, const wchar_t *restrict format, va_list args)
{
	const struct scan_source source = { .stream = stream, .wide = true };
	int n;

	stream_lock(stream);
	n = scan(&source, format, args);
	stream_unlock(stream);
	return n;
}

int vwscanf(const wchar_t *restrict format, va_list args)
{
	return vfwscanf(stdin, format, args);
}

int vswscanf(const wchar_t *restrict s, const wchar_t *restrict format, va_list args)
{
	const struct scan_source source = { .text = s, .wide = true };

	return scan(&source, format, args);
}

#define FORWARD(call)                   \
	do {                            \
		va_list args;           \
		int n;                  \
		va_start(args, format); \
		n = call;               \
		va_end(args);           \
		return n;               \
	} while (0)

int wprintf(const wchar_t *restrict format, ...)
{
	FORWARD(vfwprintf(stdout, format, args));
}

int fwprintf(FILE *restrict stream, const wchar_t *restrict format, ...)
{
	FORWARD(vfwprintf(stream, format, args));
}

int swprintf(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, ...)
{
	FORWARD(vswprintf(buf, size, format, args));
}

int wscanf(const wchar_t *restrict format, ...)
{
	FORWARD(vfwscanf(stdin, format, args));
}

int fwscanf(FILE *restrict stream, const wchar_t *restrict format, ...)
{
	FORWARD(vfwscanf(stream, format, args));
}

int swscanf(const wchar_t *restrict s, const wchar_t *restrict format, ...)
{
	FORWARD(vswscanf(s, format, args));
}
