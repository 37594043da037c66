/* Who the process is and how urgent: effective identities, priorities, the name of who logged in. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "syscall.h"

int seteuid(uid_t uid)
{
	return setresuid((uid_t)-1, uid, (uid_t)-1);
}

int setegid(gid_t gid)
{
	return setresgid((gid_t)-1, gid, (gid_t)-1);
}

pid_t setpgrp(void)
{
	setpgid(0, 0);
	return getpgrp();
}

/* The kernel answers 20 less the priority, so that no answer is negative. */
int getpriority(int which, id_t who)
{
	long result = sys(getpriority, which, who);

	return result < 0 ? (int)__sysret(result) : (int)(20 - result);
}

int setpriority(int which, id_t who, int priority)
{
	return (int)__sysret(sys(setpriority, which, who, priority));
}

int nice(int increment)
{
	int priority, error = errno;

	errno = 0;
	priority = getpriority(PRIO_PROCESS, 0);
	if (priority == -1 && errno)
		return -1;
	errno = error;
	priority = increment > 40 ? 19 : increment < -40 ? -20 : priority + increment;
	if (setpriority(PRIO_PROCESS, 0, priority) < 0) {
		errno = errno == EACCES ? EPERM : errno;
		return -1;
	}
	return getpriority(PRIO_PROCESS, 0);
}

/* There is no record of logins: the environment says, else the user's name. */
char *getlogin(void)
{
	char *name = getenv("LOGNAME");
	struct passwd *user;

	if (name && *name)
		return name;
	user = getpwuid(getuid());
	if (!user)
		errno = ENXIO;
	return user ? user->pw_name : NULL;
}

int getlogin_r(char *buf, size_t size)
{
	const char *name = getlogin();

	if (!name)
		return errno;
	return strlcpy(buf, name, size) >= size ? ERANGE : 0;
}

size_t confstr(int name, char *buf, size_t size)
{
	static const char path[] = "/sbin:/bin:/usr/sbin:/usr/bin";

	if (name != _CS_PATH) {
		errno = EINVAL;
		return 0;
	}
	if (size)
		strlcpy(buf, path, size);
	return sizeof(path);
}
