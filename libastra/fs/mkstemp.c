/* Temporary files and directories with names that nobody can guess. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define ATTEMPTS 100

/* Where the six X stand, or NULL with EINVAL. */
static char *placeholder(char *template, int suffix)
{
	size_t n = strlen(template);

	if (suffix < 0 || n < 6 + (size_t)suffix || strncmp(template + n - suffix - 6, "XXXXXX", 6)) {
		errno = EINVAL;
		return NULL;
	}
	return template + n - suffix - 6;
}

static int fill(char *place)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -1;
	for (int i = 0; i < 6; i++, random >>= 6)
		place[i] = letters[random & 63];
	return 0;
}

static int create(char *template, int suffix, int flags)
{
	char *place = placeholder(template, suffix);

	for (int i = 0; place && i < ATTEMPTS; i++) {
		int fd;

		if (fill(place) < 0)
			return -1;
		fd = open(template, O_RDWR | O_CREAT | O_EXCL | (flags & ~O_ACCMODE), 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

int mkstemp(char *template)
{
	return create(template, 0, 0);
}

int mkostemp(char *template, int flags)
{
	return create(template, 0, flags);
}

int mkstemps(char *template, int suffix)
{
	return create(template, suffix, 0);
}

char *mkdtemp(char *template)
{
	char *place = placeholder(template, 0);

	for (int i = 0; place && i < ATTEMPTS; i++) {
		if (fill(place) < 0)
			return NULL;
		if (mkdir(template, 0700) == 0)
			return template;
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}
