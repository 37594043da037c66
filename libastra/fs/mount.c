/* mount(2) and its opposite. */
#include <sys/mount.h>

#include "syscall.h"

int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	return (int)__sysret(sys(mount, source, target, type, flags, data));
}

int umount2(const char *target, int flags)
{
	return (int)__sysret(sys(umount2, target, flags));
}

int umount(const char *target)
{
	return umount2(target, 0);
}
