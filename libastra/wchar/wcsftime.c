/* Calendar to wide text: conversion by conversion through strftime, whose own output is ASCII. */
#include <string.h>
#include <time.h>
#include <wchar.h>

#define ROOM 128	/* bytes that one conversion makes at most */

size_t wcsftime(wchar_t *restrict buf, size_t size, const wchar_t *restrict format, const struct tm *restrict tm)
{
	size_t used = 0;

	while (*format) {
		char conversion[4] = "%", text[ROOM];
		size_t n = 1;

		if (*format != L'%') {
			if (used + 1 >= size)
				return 0;
			buf[used++] = *format++;
			continue;
		}
		format++;
		if (*format == L'E' || *format == L'O')
			conversion[n++] = (char)*format++;
		if (!*format)
			break;
		conversion[n] = (char)(*format < 128 ? *format : L'?');
		format++;
		n = strftime(text, sizeof(text), conversion, tm);
		if (used + n >= size)
			return 0;
		for (size_t i = 0; i < n; i++)
			buf[used++] = (unsigned char)text[i];
	}
	if (used >= size)
		return 0;
	buf[used] = 0;
	return used;
}
