/* compile: -Wno-format -Wno-format-extra-args */
/* oracle: host */
/* Numbered arguments in printf and scanf, and both families in wide characters: what they count, cut and refuse. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

static int prints(const char *expected, const char *format, ...)
{
	char text[300];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n == (int)strlen(expected) && !strcmp(text, expected))
		return 1;
	printf("%s: got %s (%d), wanted %s\n", format, text, n, expected);
	return 0;
}

static int wprints(const wchar_t *expected, const wchar_t *format, ...)
{
	wchar_t text[300] = { 0 };
	va_list args;
	int n;

	va_start(args, format);
	n = vswprintf(text, 300, format, args);
	va_end(args);
	return n == (int)wcslen(expected) && !wcscmp(text, expected);
}

static void numbered(void)
{
	CHECK(prints("two one", "%2$s %1$s", "one", "two"));
	CHECK(prints("7 2.50 x 7", "%1$d %2$.2f %3$c %1$d", 7, 2.5, 'x'));
	CHECK(prints("   42|3.1", "%1$*2$d|%3$.*4$f", 42, 5, 3.14159, 1));
	CHECK(prints("1 2 3 4 5 6 7 8 9 10", "%1$d %2$d %3$d %4$d %5$d %6$d %7$d %8$d %9$d %10$d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
	CHECK(prints("1.5 9 0.25", "%3$Lg %2$ld %1$g", 0.25, 9l, 1.5l));
	CHECK(prints("100% 5", "100%% %1$d", 5));
	CHECK(prints("1234567", "%'d", 1234567));
}

static void scanned(void)
{
	int a = 0, b = 0, n = 0;
	char *word = NULL, *set = NULL, text[20] = "";
	double d = 0;
	float f = 0;

	CHECK(sscanf("10 20", "%2$d %1$d", &a, &b) == 2 && a == 20 && b == 10);
	CHECK(sscanf("word abc123", "%ms %m[a-c]%d", &word, &set, &a) == 3);
	CHECK(word && !strcmp(word, "word") && set && !strcmp(set, "abc") && a == 123);
	free(word);
	free(set);
	CHECK(sscanf("0x1.8p1 -1e3", "%la %f", &d, &f) == 2 && d == 3 && f == -1000);
	CHECK(sscanf("a]b-c", "%[]ab-]%n", text, &n) == 1 && !strcmp(text, "a]b-") && n == 4);
	CHECK(sscanf("12345", "%2d%*1d%n%d", &a, &n, &b) == 2 && a == 12 && n == 3 && b == 45);
	CHECK(sscanf("", "%d", &a) == EOF);
	CHECK(sscanf("x", "%d", &a) == 0);
	CHECK(sscanf("77 0x1f 010 z", "%i %i %i %c", &a, &b, &n, text) == 4 && a == 77 && b == 31 && n == 8 && *text == 'z');
}

static void wide(void)
{
	wchar_t text[8], *allocated = NULL, words[20];
	char bytes[20];
	int n = 0, a = 0;
	float f;

	CHECK(wprints(L"x 42 abc|  w", L"x %d %s|%3ls", 42, "abc", L"w"));
	CHECK(wprints(L"\u20ac1 \u00e4", L"\u20ac%d \u00e4", 1));
	CHECK(wprints(L"[\u20ac\u20ac ]", L"[%-3ls]", L"\u20ac\u20ac"));
	CHECK(wprints(L"[\u20ac]", L"[%.1ls]", L"\u20ac\u20ac"));
	CHECK(wprints(L"\U0001f600 0x1.8p+1 1e+10", L"%lc %a %g", (wint_t)0x1f600, 3.0, 1e10));
	CHECK(wprints(L"b a", L"%2$ls %1$ls", L"a", L"b"));
	CHECK(swprintf(text, 8, L"%s", "1234567") == 7);
	CHECK(swprintf(text, 8, L"%s", "12345678") < 0);
	CHECK(swscanf(L" 12 \u20ac\u00e4x 1.5", L"%d %ls %f", &a, words, &f) == 3);
	CHECK(a == 12 && !wcscmp(words, L"\u20ac\u00e4x") && f == 1.5f);
	CHECK(swscanf(L"abc \u20ac\u20ac\u00e4.", L"%s %l[\u20ac-\u20af]%n", bytes, words, &n) == 2);
	CHECK(!strcmp(bytes, "abc") && !wcscmp(words, L"\u20ac\u20ac") && n == 6);
	CHECK(swscanf(L"hello", L"%3mls", &allocated) == 1 && allocated && !wcscmp(allocated, L"hel"));
	free(allocated);
	CHECK(swscanf(L"\u20ac5", L"\u20ac%d", &a) == 1 && a == 5);
	CHECK(swscanf(L"", L"%d", &a) == EOF);
}

static void streams(void)
{
	wchar_t *result = NULL;
	size_t size = 0;
	FILE *stream = open_wmemstream(&result, &size);

	CHECK(stream && fwide(stream, 0) > 0);
	CHECK(fwprintf(stream, L"%d and %ls", 12, L"words") == 12);
	CHECK(fflush(stream) == 0 && size == 12 && !wcscmp(result, L"12 and words"));
	for (int i = 0; i < 1000; i++)
		CHECK(fputwc(L'a' + i % 26, stream) != WEOF);
	CHECK(fclose(stream) == 0 && size == 1012 && result[1011] == L'a' + 999 % 26 && !result[1012]);
	free(result);
	stream = tmpfile();
	CHECK(stream && fwide(stream, 0) == 0 && fputs("12 x", stream) >= 0 && fwide(stream, 1) < 0);
	fclose(stream);
	stream = tmpfile();
	CHECK(stream && fwprintf(stream, L"%05d %ls\n", 77, L"xyz") == 10);
	rewind(stream);
	int a = 0;
	wchar_t word[8];
	CHECK(fwscanf(stream, L"%d %7ls", &a, word) == 2 && a == 77 && !wcscmp(word, L"xyz") && getwc(stream) == L'\n');
	CHECK(getwc(stream) == WEOF && feof(stream));
	fclose(stream);
}

int main(void)
{
	numbered();
	scanned();
	wide();
	streams();
	CHECK_END();
}
