/* Wide characters of streams, as their multibyte forms. Each call takes the stream's lock. */
#include <errno.h>
#include <string.h>
#include <wchar.h>

#include "stdio_impl.h"

wint_t fgetwc(FILE *stream)
{
	mbstate_t state = { 0 };
	wint_t result = WEOF;

	stream_lock(stream);
	fwide(stream, 1);
	for (;;) {
		int c = __getc_unlocked(stream);
		char byte = (char)c;
		wchar_t wide;
		size_t n;

		if (c == EOF) {
			if (!mbsinit(&state)) {
				stream->error = true;
				errno = EILSEQ;
			}
			break;
		}
		n = mbrtowc(&wide, &byte, 1, &state);
		if (n <= 1) {
			result = (wint_t)wide;
			break;
		}
		if (n == (size_t)-1) {
			stream->error = true;
			break;
		}
	}
	stream_unlock(stream);
	return result;
}

wint_t getwc(FILE *stream)
{
	return fgetwc(stream);
}

wint_t getwchar(void)
{
	return fgetwc(stdin);
}

wint_t ungetwc(wint_t c, FILE *stream)
{
	char bytes[4];
	size_t n = c == WEOF ? (size_t)-1 : wcrtomb(bytes, (wchar_t)c, NULL);

	if (n == (size_t)-1)
		return WEOF;
	while (n) {
		if (ungetc((unsigned char)bytes[--n], stream) == EOF)
			return WEOF;
	}
	return c;
}

wint_t fputwc(wchar_t c, FILE *stream)
{
	char bytes[4];
	size_t n = wcrtomb(bytes, c, NULL);

	fwide(stream, 1);
	return n != (size_t)-1 && fwrite(bytes, 1, n, stream) == n ? (wint_t)c : WEOF;
}

wint_t putwc(wchar_t c, FILE *stream)
{
	return fputwc(c, stream);
}

wint_t putwchar(wchar_t c)
{
	return fputwc(c, stdout);
}

wchar_t *fgetws(wchar_t *restrict s, int n, FILE *restrict stream)
{
	int count = 0;
	wint_t c = 0;

	stream_lock(stream);
	while (count < n - 1 && c != '\n') {
		c = fgetwc(stream);
		if (c == WEOF)
			break;
		s[count++] = (wchar_t)c;
	}
	stream_unlock(stream);
	if (n > 0)
		s[count] = 0;
	return count ? s : NULL;
}

int fputws(const wchar_t *restrict s, FILE *restrict stream)
{
	int result = 0;

	stream_lock(stream);
	for (; *s && result == 0; s++)
		result = fputwc(*s, stream) == WEOF ? -1 : 0;
	stream_unlock(stream);
	return result;
}

/* Only the first use decides; what a stream is oriented to hinders no call here. */
int fwide(FILE *stream, int mode)
{
	int orientation;

	stream_lock(stream);
	if (!stream->orientation)
		stream->orientation = (signed char)((mode > 0) - (mode < 0));
	orientation = stream->orientation;
	stream_unlock(stream);
	return orientation;
}
