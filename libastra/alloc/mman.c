/* Memory mappings: the system calls. */
#include <stdarg.h>
#include <sys/mman.h>

#include "cancel.h"

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	return (void *)__sysret(sys(mmap, addr, length, prot, flags, fd, offset));
}

void *mremap(void *addr, size_t old_length, size_t new_length, int flags, ...)
{
	void *target = 0;
	va_list args;

	va_start(args, flags);
	if (flags & MREMAP_FIXED)
		target = va_arg(args, void *);
	va_end(args);
	return (void *)__sysret(sys(mremap, addr, old_length, new_length, flags, target));
}

int munmap(void *addr, size_t length)
{
	return (int)__sysret(sys(munmap, addr, length));
}

int mprotect(void *addr, size_t length, int prot)
{
	return (int)__sysret(sys(mprotect, addr, length, prot));
}

int msync(void *addr, size_t length, int flags)
{
	return (int)__sysret(sys_cancel(msync, addr, length, flags));
}

int madvise(void *addr, size_t length, int advice)
{
	return (int)__sysret(sys(madvise, addr, length, advice));
}

int mlock(const void *addr, size_t length)
{
	return (int)__sysret(sys(mlock, addr, length));
}

int munlock(const void *addr, size_t length)
{
	return (int)__sysret(sys(munlock, addr, length));
}

int mlockall(int flags)
{
	return (int)__sysret(sys(mlockall, flags));
}

int munlockall(void)
{
	return (int)__sysret(sys(munlockall));
}
