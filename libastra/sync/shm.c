/* Shared memory by name: files of /dev/shm. A name is one component, with or without slashes in front. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shm_impl.h"

int __shm_path(char path[SHM_PATH_MAX], const char *prefix, const char *name)
{
	while (*name == '/')
		name++;
	if (!*name || strchr(name, '/')) {
		errno = EINVAL;
		return -1;
	}
	if (strlen(prefix) + strlen(name) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(path, SHM_PATH_MAX, "/dev/shm/%s%s", prefix, name);
	return 0;
}

int shm_open(const char *name, int flags, mode_t mode)
{
	char path[SHM_PATH_MAX];

	if (__shm_path(path, "", name) < 0)
		return -1;
	return open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode);
}

int shm_unlink(const char *name)
{
	char path[SHM_PATH_MAX];

	return __shm_path(path, "", name) < 0 ? -1 : unlink(path);
}
