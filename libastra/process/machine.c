/* The machine: names, memory, processors, restart, random bytes, the scheduler, and any call by number. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "syscall.h"

#define REBOOT_MAGIC  0xfee1deadu
#define REBOOT_MAGIC2 672274793u

int uname(struct utsname *names)
{
	return (int)__sysret(sys(uname, names));
}

int sysinfo(struct sysinfo *info)
{
	return (int)__sysret(sys(sysinfo, info));
}

int reboot(unsigned int command)
{
	return (int)__sysret(sys(reboot, REBOOT_MAGIC, REBOOT_MAGIC2, command, 0));
}

ssize_t getrandom(void *buf, size_t size, unsigned int flags)
{
	return __sysret(sys(getrandom, buf, size, flags));
}

int sched_yield(void)
{
	return (int)__sysret(sys(sched_yield));
}

static long processor_count(void)
{
	unsigned long mask[128];
	long bytes = sys(sched_getaffinity, 0, sizeof(mask), mask), count = 0;

	for (long i = 0; i < bytes / 8; i++)
		count += __builtin_popcountl(mask[i]);
	return count ? count : 1;
}

/* Values that never change, by name; zero entries are names that are answered otherwise, or not known. */
static const int constants[] = {
	[_SC_CLK_TCK] = 100,
	[_SC_PAGESIZE] = 4096,
	[_SC_ARG_MAX] = ARG_MAX,
	[_SC_NGROUPS_MAX] = NGROUPS_MAX,
	[_SC_IOV_MAX] = IOV_MAX,
	[_SC_JOB_CONTROL] = 1,
	[_SC_SAVED_IDS] = 1,
	[_SC_VERSION] = (int)_POSIX_VERSION,
	[_SC_REALTIME_SIGNALS] = (int)_POSIX_VERSION,
	[_SC_TIMERS] = (int)_POSIX_VERSION,
	[_SC_FSYNC] = (int)_POSIX_VERSION,
	[_SC_MAPPED_FILES] = (int)_POSIX_VERSION,
	[_SC_MEMORY_PROTECTION] = (int)_POSIX_VERSION,
	[_SC_MONOTONIC_CLOCK] = (int)_POSIX_VERSION,
	[_SC_GETPW_R_SIZE_MAX] = 1024,
	[_SC_GETGR_R_SIZE_MAX] = 1024,
	[_SC_HOST_NAME_MAX] = HOST_NAME_MAX,
	[_SC_LOGIN_NAME_MAX] = LOGIN_NAME_MAX,
	[_SC_TTY_NAME_MAX] = TTY_NAME_MAX,
	[_SC_SYMLOOP_MAX] = SYMLOOP_MAX,
	[_SC_STREAM_MAX] = 1024,
	[_SC_TZNAME_MAX] = TZNAME_MAX,
	[_SC_DELAYTIMER_MAX] = DELAYTIMER_MAX,
	[_SC_RTSIG_MAX] = 33,
	[_SC_LINE_MAX] = LINE_MAX,
	[_SC_RE_DUP_MAX] = RE_DUP_MAX,
	[_SC_ATEXIT_MAX] = INT_MAX,
};

long sysconf(int name)
{
	struct sysinfo info;
	struct rlimit files;

	switch (name) {
	case _SC_CHILD_MAX:
		return getrlimit(RLIMIT_NPROC, &files) < 0 ? -1 : (long)files.rlim_cur;
	case _SC_OPEN_MAX:
		return getrlimit(RLIMIT_NOFILE, &files) < 0 ? -1 : (long)files.rlim_cur;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return processor_count();
	case _SC_PHYS_PAGES:
		return sysinfo(&info) < 0 ? -1 : (long)(info.totalram * info.mem_unit / 4096);
	case _SC_AVPHYS_PAGES:
		return sysinfo(&info) < 0 ? -1 : (long)(info.freeram * info.mem_unit / 4096);
	}
	if (name >= 0 && (size_t)name < sizeof(constants) / sizeof(*constants) && constants[name])
		return constants[name];
	errno = EINVAL;
	return -1;
}

long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return __sysret(__syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}
