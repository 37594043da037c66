/* The working directory, the root, and names without links. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

int chdir(const char *path)
{
	return (int)__sysret(sys(chdir, path));
}

int fchdir(int fd)
{
	return (int)__sysret(sys(fchdir, fd));
}

int chroot(const char *path)
{
	return (int)__sysret(sys(chroot, path));
}

char *getcwd(char *buf, size_t size)
{
	char local[PATH_MAX];
	long n;

	if (buf && !size) {
		errno = EINVAL;
		return NULL;
	}
	n = __sysret(sys(getcwd, buf ? buf : local, buf ? size : sizeof(local)));
	if (n < 0)
		return NULL;
	return buf ? buf : strdup(local);
}

#define LINKS_MAX 40

/* What is still to walk stands in `rest`; `out` is absolute, without links, not ending in a slash but as "". */
struct walk {
	char rest[PATH_MAX];
	char out[PATH_MAX];
	int links;
};

static void drop_component(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = 0;
}

/* Puts the target of the link `out` before the rest; 0 or an error. */
static int follow(struct walk *walk)
{
	char target[PATH_MAX];
	ssize_t n = readlink(walk->out, target, sizeof(target) - 1);

	if (n < 0)
		return errno;
	if (++walk->links > LINKS_MAX)
		return ELOOP;
	target[n] = 0;
	/* The rest is empty or begins with a slash: a link to a file stays a path that may end in one. */
	if (strlcat(target, walk->rest, sizeof(target)) >= sizeof(target))
		return ENAMETOOLONG;
	strcpy(walk->rest, target);
	if (*target == '/')
		walk->out[0] = 0;
	else
		drop_component(walk->out);
	return 0;
}

static int step(struct walk *walk, const char *name, size_t length)
{
	size_t used = strlen(walk->out);
	struct stat status;

	if (length == 1 && *name == '.')
		return 0;
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		drop_component(walk->out);
		return 0;
	}
	if (used + 1 + length >= PATH_MAX)
		return ENAMETOOLONG;
	walk->out[used] = '/';
	memcpy(walk->out + used + 1, name, length);
	walk->out[used + 1 + length] = 0;
	if (lstat(walk->out, &status) < 0)
		return errno;
	memmove(walk->rest, name + length, strlen(name + length) + 1);
	if (S_ISLNK(status.st_mode))
		return follow(walk);
	return *walk->rest && !S_ISDIR(status.st_mode) ? ENOTDIR : 0;
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	struct walk walk = { .links = 0 };
	int error = 0;

	if (!path || !*path)
		error = path ? ENOENT : EINVAL;
	else if (strlcpy(walk.rest, path, PATH_MAX) >= PATH_MAX)
		error = ENAMETOOLONG;
	else if (*path != '/' && !getcwd(walk.out, PATH_MAX))
		error = errno;
	if (!strcmp(walk.out, "/"))
		walk.out[0] = 0;
	while (!error && *walk.rest) {
		char name[PATH_MAX];
		size_t slashes = strspn(walk.rest, "/"), length;

		strcpy(name, walk.rest + slashes);
		length = strcspn(name, "/");
		if (length)
			error = step(&walk, name, length);
		if (!length || (length == 1 && *name == '.') || (length == 2 && name[0] == '.' && name[1] == '.'))
			strcpy(walk.rest, name + length);
	}
	if (error) {
		errno = error;
		return NULL;
	}
	if (!walk.out[0])
		strcpy(walk.out, "/");
	return resolved ? strcpy(resolved, walk.out) : strdup(walk.out);
}
