/* Room and advice for files, and POSIX's record locks under their older name. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

int posix_fadvise(int fd, off_t offset, off_t length, int advice)
{
	return (int)-sys(fadvise64, fd, offset, length, advice);
}

/*
 * Where the file system makes room only by writing: a byte of each block, the one that is there already, or zero. A block
 * that is not empty has its room; one that another process fills meanwhile between our two calls loses that first byte, which
 * is why the call is only used where the kernel offers nothing.
 */
static int allocate_by_writing(int fd, off_t offset, off_t length)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return errno;
	for (off_t at = offset; at < offset + length; at += status.st_blksize - at % status.st_blksize) {
		char byte = 0;

		if (at < status.st_size && pread(fd, &byte, 1, at) < 0)
			return errno;
		if (!byte && pwrite(fd, &byte, 1, at) < 0)
			return errno;
	}
	if (offset + length > status.st_size && ftruncate(fd, offset + length) < 0)
		return errno;
	return 0;
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
	int saved = errno, error;

	if (offset < 0 || length <= 0)
		return EINVAL;
	if (length > INT64_MAX - offset)
		return EFBIG;
	error = (int)-sys(fallocate, fd, 0, offset, length);
	if (error == EOPNOTSUPP)
		error = allocate_by_writing(fd, offset, length);
	errno = saved;
	return error;
}

/* POSIX's advice never destroys contents, so that DONTNEED is not passed on. */
int posix_madvise(void *addr, size_t length, int advice)
{
	return advice == POSIX_MADV_DONTNEED ? 0 : (int)-sys(madvise, addr, length, advice);
}

/* For F_TEST a lock of the process's own is no hindrance. */
int lockf(int fd, int command, off_t length)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length };

	switch (command) {
	case F_ULOCK:
		lock.l_type = F_UNLCK;
		return fcntl(fd, F_SETLK, &lock);
	case F_LOCK:
		return fcntl(fd, F_SETLKW, &lock);
	case F_TLOCK:
		return fcntl(fd, F_SETLK, &lock);
	case F_TEST:
		if (fcntl(fd, F_GETLK, &lock) < 0)
			return -1;
		if (lock.l_type == F_UNLCK || lock.l_pid == getpid())
			return 0;
		errno = EACCES;
		return -1;
	}
	errno = EINVAL;
	return -1;
}
