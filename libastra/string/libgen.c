/* The last component of a path and the one in front, as POSIX cuts them. */
#include <libgen.h>
#include <string.h>

static char dot[] = ".";

/* The length without slashes at the end, but the first. */
static size_t trimmed(const char *path, size_t length)
{
	while (length > 1 && path[length - 1] == '/')
		length--;
	return length;
}

char *basename(char *path)
{
	size_t length;

	if (!path || !*path)
		return dot;
	length = trimmed(path, strlen(path));
	path[length] = 0;
	while (length > 1 && path[length - 1] != '/')
		length--;
	return path[length - 1] == '/' && path[length] ? path + length : path;
}

char *dirname(char *path)
{
	size_t length;

	if (!path || !*path)
		return dot;
	length = trimmed(path, strlen(path));
	while (length && path[length - 1] != '/')
		length--;
	if (!length)
		return dot;
	path[trimmed(path, length)] = 0;
	return path;
}
