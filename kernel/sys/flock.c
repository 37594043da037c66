/* flock(2). Task context; fs/flock.c does the work. */
#include "fs/flock.h"

#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

long sys_flock(int fd, int operation)
{
	enum flock_type type;
	struct file *f;
	long result;

	switch (operation & ~LOCK_NB) {
	case LOCK_SH:
		type = FLOCK_SHARED;
		break;
	case LOCK_EX:
		type = FLOCK_EXCLUSIVE;
		break;
	case LOCK_UN:
		type = FLOCK_NONE;
		break;
	default:
		return -EINVAL;
	}
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	result = flock_set(f, type, !(operation & LOCK_NB));
	file_put(f);
	return result;
}
