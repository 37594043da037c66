/* User and group identities. With threads these calls change one thread only, as the kernel's do. */
#include <unistd.h>

#include "syscall.h"

uid_t getuid(void)
{
	return (uid_t)sys(getuid);
}

uid_t geteuid(void)
{
	return (uid_t)sys(geteuid);
}

gid_t getgid(void)
{
	return (gid_t)sys(getgid);
}

gid_t getegid(void)
{
	return (gid_t)sys(getegid);
}

int setuid(uid_t uid)
{
	return (int)__sysret(sys(setuid, uid));
}

int setgid(gid_t gid)
{
	return (int)__sysret(sys(setgid, gid));
}

int setreuid(uid_t ruid, uid_t euid)
{
	return (int)__sysret(sys(setreuid, ruid, euid));
}

int setregid(gid_t rgid, gid_t egid)
{
	return (int)__sysret(sys(setregid, rgid, egid));
}

int setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
	return (int)__sysret(sys(setresuid, ruid, euid, suid));
}

int setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
	return (int)__sysret(sys(setresgid, rgid, egid, sgid));
}

int getgroups(int size, gid_t list[])
{
	return (int)__sysret(sys(getgroups, size, list));
}

int setgroups(size_t size, const gid_t *list)
{
	return (int)__sysret(sys(setgroups, size, list));
}
