/* Naming and waiting for processes. */
#include <stddef.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cancel.h"
#include "syscall.h"

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	return (pid_t)__sysret(sys_cancel(wait4, pid, status, options, usage));
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
	return wait4(-1, status, options, usage);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	return wait4(pid, status, options, NULL);
}

pid_t wait(int *status)
{
	return wait4(-1, status, 0, NULL);
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	return (int)__sysret(sys_cancel(waitid, type, id, info, options, 0));
}

pid_t getpid(void)
{
	return (pid_t)sys(getpid);
}

pid_t getppid(void)
{
	return (pid_t)sys(getppid);
}

pid_t gettid(void)
{
	return (pid_t)sys(gettid);
}

pid_t getpgrp(void)
{
	return (pid_t)sys(getpgrp);
}

pid_t getpgid(pid_t pid)
{
	return (pid_t)__sysret(sys(getpgid, pid));
}

pid_t getsid(pid_t pid)
{
	return (pid_t)__sysret(sys(getsid, pid));
}

int setpgid(pid_t pid, pid_t pgid)
{
	return (int)__sysret(sys(setpgid, pid, pgid));
}

pid_t setsid(void)
{
	return (pid_t)__sysret(sys(setsid));
}

int getrlimit(int resource, struct rlimit *limit)
{
	return (int)__sysret(sys(getrlimit, resource, limit));
}

int setrlimit(int resource, const struct rlimit *limit)
{
	return (int)__sysret(sys(setrlimit, resource, limit));
}

int getrusage(int who, struct rusage *usage)
{
	return (int)__sysret(sys(getrusage, who, usage));
}

clock_t times(struct tms *buf)
{
	return sys(times, buf);
}
