/* User and group identities. A change is one of all threads (thread/setxid.c). */
#include <unistd.h>

#include "credentials_impl.h"
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
	return (int)__sysret(__setxid(SYS_setuid, uid, 0, 0));
}

int setgid(gid_t gid)
{
	return (int)__sysret(__setxid(SYS_setgid, gid, 0, 0));
}

int setreuid(uid_t ruid, uid_t euid)
{
	return (int)__sysret(__setxid(SYS_setreuid, ruid, euid, 0));
}

int setregid(gid_t rgid, gid_t egid)
{
	return (int)__sysret(__setxid(SYS_setregid, rgid, egid, 0));
}

int setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
	return (int)__sysret(__setxid(SYS_setresuid, ruid, euid, suid));
}

int setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
	return (int)__sysret(__setxid(SYS_setresgid, rgid, egid, sgid));
}

int getgroups(int size, gid_t list[])
{
	return (int)__sysret(sys(getgroups, size, list));
}

int setgroups(size_t size, const gid_t *list)
{
	return (int)__sysret(__setxid(SYS_setgroups, size, (long)list, 0));
}
