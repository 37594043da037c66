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
static char *placeholder(char *template)
{
	size_t n = strlen(template);

	if (n < 6 || strcmp(template + n - 6, "XXXXXX")) {
		errno = EINVAL;
		return NULL;
	}
	return template + n - 6;
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

int mkstemp(char *template)
{
	char *place = placeholder(template);

	for (int i = 0; place && i < ATTEMPTS; i++) {
		int fd;

		if (fill(place) < 0)
			return -1;
		fd = open(template, O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

char *mkdtemp(char *template)
{
	char *place = placeholder(template);

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
