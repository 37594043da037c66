/* Suboptions of an option, and numbers in base 64 as System V writes them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int getsubopt(char **option, char *const *names, char **value)
{
	char *start = *option, *end = start + strcspn(start, ",");
	size_t length;

	*option = *end ? end + 1 : end;
	*end = 0;
	length = strcspn(start, "=");
	for (int i = 0; names[i]; i++) {
		if (strlen(names[i]) != length || strncmp(names[i], start, length))
			continue;
		*value = start[length] ? start + length + 1 : NULL;
		return i;
	}
	*value = start;
	return -1;
}

static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

char *l64a(long value)
{
	static char text[7];
	uint32_t rest = (uint32_t)value;
	int n = 0;

	for (; rest; rest >>= 6)
		text[n++] = digits[rest & 63];
	text[n] = 0;
	return text;
}

long a64l(const char *s)
{
	uint32_t value = 0;

	for (int shift = 0; shift < 36 && *s; shift += 6, s++) {
		const char *digit = strchr(digits, *s);

		if (!digit)
			break;
		value |= (uint32_t)(digit - digits) << shift;
	}
	return (int32_t)value;
}
