/* Reading, writing and positioning by descriptor: each function is one system call. */
#include <stddef.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cancel.h"

ssize_t read(int fd, void *buf, size_t count)
{
	return __sysret(sys_cancel(read, fd, buf, count));
}

ssize_t write(int fd, const void *buf, size_t count)
{
	return __sysret(sys_cancel(write, fd, buf, count));
}

ssize_t pread(int fd, void *buf, size_t count, off_t offset)
{
	return __sysret(sys_cancel(pread64, fd, buf, count, offset));
}

ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
{
	return __sysret(sys_cancel(pwrite64, fd, buf, count, offset));
}

ssize_t readv(int fd, const struct iovec *iov, int count)
{
	return __sysret(sys_cancel(readv, fd, iov, count));
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
	return __sysret(sys_cancel(writev, fd, iov, count));
}

off_t lseek(int fd, off_t offset, int whence)
{
	return __sysret(sys(lseek, fd, offset, whence));
}

int close(int fd)
{
	return (int)__sysret(sys_cancel(close, fd));
}

int close_range(unsigned int first, unsigned int last, int flags)
{
	return (int)__sysret(sys(close_range, first, last, flags));
}

int fsync(int fd)
{
	return (int)__sysret(sys_cancel(fsync, fd));
}

int fdatasync(int fd)
{
	return (int)__sysret(sys_cancel(fdatasync, fd));
}

int ftruncate(int fd, off_t length)
{
	return (int)__sysret(sys(ftruncate, fd, length));
}

void sync(void)
{
	sys(sync);
}
