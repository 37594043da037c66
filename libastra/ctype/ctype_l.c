/* Character classes with a locale, in which they do not differ. */
#include <ctype.h>

#define WITH_LOCALE(name)                      \
	int name##_l(int c, locale_t locale)   \
	{                                      \
		return name(c);                \
	}

WITH_LOCALE(isalnum)
WITH_LOCALE(isalpha)
WITH_LOCALE(isblank)
WITH_LOCALE(iscntrl)
WITH_LOCALE(isdigit)
WITH_LOCALE(isgraph)
WITH_LOCALE(islower)
WITH_LOCALE(isprint)
WITH_LOCALE(ispunct)
WITH_LOCALE(isspace)
WITH_LOCALE(isupper)
WITH_LOCALE(isxdigit)
WITH_LOCALE(tolower)
WITH_LOCALE(toupper)

int isascii(int c)
{
	return (unsigned)c < 128;
}

int toascii(int c)
{
	return c & 127;
}
