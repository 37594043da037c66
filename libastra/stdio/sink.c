/*
 * Where formatted output goes: a stream or a buffer, in bytes or in wide characters. The stream's lock is the caller's. What
 * does not fit a buffer is counted only. A wide character that the locale has no bytes for makes the output fail.
 */
#include <string.h>

#include "format_impl.h"

void __sink_wide(struct sink *sink, const wchar_t *text, size_t n)
{
	char bytes[MB_LEN_MAX];

	for (size_t i = 0; i < n && sink->stream && !sink->failed; i++) {
		size_t length = wcrtomb(bytes, text[i], &sink->state);

		sink->failed = length == (size_t)-1 || __write_unlocked(sink->stream, bytes, length) != length;
	}
	if (!sink->stream && sink->used < sink->size) {
		size_t room = sink->size - sink->used;

		memcpy(sink->wide_buffer + sink->used, text, (n < room ? n : room) * sizeof(wchar_t));
	}
	sink->used += n;
}

void __sink_write(struct sink *sink, const char *data, size_t n)
{
	if (sink->wide) {
		for (size_t i = 0; i < n; i++)
			__sink_wide(sink, &(wchar_t){ (unsigned char)data[i] }, 1);
		return;
	}
	if (sink->stream) {
		__write_unlocked(sink->stream, data, n);
	} else if (sink->used < sink->size) {
		size_t room = sink->size - sink->used;

		memcpy(sink->buffer + sink->used, data, n < room ? n : room);
	}
	sink->used += n;
}

void __sink_pad(struct sink *sink, char c, long n)
{
	char block[32];

	if (n <= 0)
		return;
	memset(block, c, sizeof(block));
	for (; n > (long)sizeof(block); n -= (long)sizeof(block))
		__sink_write(sink, block, sizeof(block));
	__sink_write(sink, block, (size_t)n);
}
