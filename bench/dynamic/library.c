/* One of ten libraries of the start-up rows; NUMBER tells them apart. A table of pointers to be relocated, calls of the C library
 * to be bound, a constructor to be run. */
#include <stdlib.h>
#include <string.h>

#define PASTE(a, b)	a##b
#define NAME(a, b)	PASTE(a, b)

int NAME(value_, NUMBER)(int index);
int NAME(first_, NUMBER)(const char *text);
int NAME(second_, NUMBER)(const char *text);

static int constructed;

__attribute__((constructor)) static void construct(void)
{
	constructed = 1;
}

int NAME(first_, NUMBER)(const char *text)
{
	return strlen(text) + atoi(text);
}

int NAME(second_, NUMBER)(const char *text)
{
	return strcmp(text, "9") + (strchr(text, '1') != NULL);
}

int (*NAME(table_, NUMBER)[])(const char *) = {
	NAME(first_, NUMBER), NAME(second_, NUMBER), NAME(first_, NUMBER), NAME(second_, NUMBER),
	NAME(first_, NUMBER), NAME(second_, NUMBER), NAME(first_, NUMBER), NAME(second_, NUMBER),
};

int NAME(value_, NUMBER)(int index)
{
	return NAME(table_, NUMBER)[index & 7]("12") + constructed;
}
