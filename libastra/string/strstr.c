/* Searching strings: substrings, sets of characters, tokens. */
#include <string.h>
#include <strings.h>

char *strstr(const char *haystack, const char *needle)
{
	return memmem(haystack, strlen(haystack), needle, strlen(needle));
}

/* The length of the prefix of s whose characters are (wanted = 1) or are not (0) in the set. */
static size_t span(const char *s, const char *set, int wanted)
{
	unsigned char in[256] = { 0 };
	size_t n = 0;

	for (; *set; set++)
		in[(unsigned char)*set] = 1;
	while (s[n] && in[(unsigned char)s[n]] == wanted)
		n++;
	return n;
}

size_t strspn(const char *s, const char *accept)
{
	return span(s, accept, 1);
}

size_t strcspn(const char *s, const char *reject)
{
	return span(s, reject, 0);
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

char *strtok_r(char *restrict s, const char *restrict separators, char **restrict state)
{
	char *token = s ? s : *state;

	if (!token)
		return NULL;
	token += strspn(token, separators);
	if (!*token) {
		*state = NULL;
		return NULL;
	}
	*state = token + strcspn(token, separators);
	if (**state)
		*(*state)++ = 0;
	else
		*state = NULL;
	return token;
}

char *strtok(char *restrict s, const char *restrict separators)
{
	static char *state;

	return strtok_r(s, separators, &state);
}

char *strsep(char **state, const char *separators)
{
	char *token = *state;

	if (!token)
		return NULL;
	*state = token + strcspn(token, separators);
	if (**state)
		*(*state)++ = 0;
	else
		*state = NULL;
	return token;
}

int ffs(int value)
{
	return __builtin_ffs(value);
}
