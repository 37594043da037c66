/* Temporary files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file has no name any more when the caller gets it. */
FILE *tmpfile(void)
{
	char name[] = P_tmpdir "/tmpfile.XXXXXX";
	int fd = mkstemp(name);
	FILE *stream;

	if (fd < 0)
		return NULL;
	unlink(name);
	stream = fdopen(fd, "w+");
	if (!stream)
		close(fd);
	return stream;
}

char *tmpnam(char *buf)
{
	static char own[L_tmpnam];
	char *name = buf ? buf : own;
	int fd;

	strcpy(name, P_tmpdir "/tmpnamXXXXXX");
	fd = mkstemp(name);
	if (fd < 0)
		return NULL;
	close(fd);
	unlink(name);
	return name;
}

char *tempnam(const char *folder, const char *prefix)
{
	const char *place = getenv("TMPDIR");
	char *name;
	int fd;

	if (!place || access(place, W_OK) < 0)
		place = folder && access(folder, W_OK) == 0 ? folder : P_tmpdir;
	if (asprintf(&name, "%s/%.5sXXXXXX", place, prefix ? prefix : "file") < 0)
		return NULL;
	fd = mkstemp(name);
	if (fd < 0) {
		free(name);
		return NULL;
	}
	close(fd);
	unlink(name);
	return name;
}
