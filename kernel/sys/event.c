/*
 * System calls that make and use event files: epoll(7), eventfd(2), timerfd_create(2), signalfd(2), memfd_create(2).
 * Thin: arguments in, fs/ does the work, results out. Task context.
 */
#include "fs/epoll.h"
#include "fs/eventfd.h"
#include "fs/file.h"
#include "fs/memfd.h"
#include "fs/signalfd.h"
#include "fs/timerfd.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/clock_id.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sched/timer.h"
#include "sys/itimerspec.h"
#include "sys/timeout.h"

/* A descriptor for a file that was just made (or is an error). */
static long install(struct file *f, u32 flags)
{
	int fd;

	if (IS_ERR(f))
		return PTR_ERR(f);
	fd = fd_add(f, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(f);
	return fd;
}

/* ---- epoll ---- */

#define EPOLL_MAX_EVENTS ((int)(INT32_MAX / sizeof(struct epoll_event)))

long sys_epoll_create1(int flags)
{
	return flags & ~O_CLOEXEC ? -EINVAL : install(epoll_create(), (u32)flags);
}

long sys_epoll_create(int size)
{
	return size <= 0 ? -EINVAL : install(epoll_create(), 0);
}

long sys_epoll_ctl(int epfd, int op, int fd, uaddr event)
{
	struct epoll_event e = { 0, 0 };
	struct file *epoll, *f;
	long result = -EBADF;

	if (op != EPOLL_CTL_DEL && get_user_object(&e, event))
		return -EFAULT;
	epoll = fd_get(epfd);
	f = fd_get(fd);
	if (epoll && f)
		result = epoll_control(epoll, op, f, fd, &e);
	if (f)
		file_put(f);
	if (epoll)
		file_put(epoll);
	return result;
}

static long do_epoll_wait(int epfd, uaddr events, int maxevents, u64 deadline)
{
	struct file *f;
	long result;

	if (maxevents <= 0 || maxevents > EPOLL_MAX_EVENTS)
		return -EINVAL;
	f = fd_get(epfd);
	if (!f)
		return -EBADF;
	result = epoll_wait_events(f, events, maxevents, deadline);
	file_put(f);
	return result;
}

/* With another signal mask while it waits. */
static long epoll_wait_masked(int epfd, uaddr events, int maxevents, u64 deadline, uaddr sigmask, size_t sigsetsize)
{
	u64 mask;

	if (sigmask.v == 0)
		return do_epoll_wait(epfd, events, maxevents, deadline);
	if (sigsetsize != sizeof(mask))
		return -EINVAL;
	if (get_user_object(&mask, sigmask))
		return -EFAULT;
	signal_set_temporary_mask(mask);
	return signal_end_temporary_mask(do_epoll_wait(epfd, events, maxevents, deadline));
}

static u64 deadline_of_ms(int timeout)
{
	return timeout < 0 ? TIME_NEVER : timeout == 0 ? 0 : clock_now() + (u64)timeout * NS_PER_MSEC;
}

long sys_epoll_wait(int epfd, uaddr events, int maxevents, int timeout)
{
	return do_epoll_wait(epfd, events, maxevents, deadline_of_ms(timeout));
}

long sys_epoll_pwait(int epfd, uaddr events, int maxevents, int timeout, uaddr sigmask, size_t sigsetsize)
{
	return epoll_wait_masked(epfd, events, maxevents, deadline_of_ms(timeout), sigmask, sigsetsize);
}

long sys_epoll_pwait2(int epfd, uaddr events, int maxevents, uaddr timeout, uaddr sigmask, size_t sigsetsize)
{
	struct timeout t;
	int error = timeout_from_timespec(&t, timeout);

	return error ? error : epoll_wait_masked(epfd, events, maxevents, t.deadline, sigmask, sigsetsize);
}

/* ---- eventfd ---- */

#define EFD_SEMAPHORE 1

long sys_eventfd2(unsigned initval, int flags)
{
	if (flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	return install(eventfd_create(initval, flags & EFD_SEMAPHORE, (u32)flags & O_NONBLOCK), (u32)flags);
}

long sys_eventfd(unsigned initval)
{
	return sys_eventfd2(initval, 0);
}

/* ---- timerfd ---- */

/* The clocks that wake a sleeping machine are root's. */
static int check_timerfd_clock(int clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
		return 0;
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		return capable(CAP_WAKE_ALARM) ? 0 : -EPERM;
	}
	return -EINVAL;
}

long sys_timerfd_create(int clock, int flags)
{
	int error = flags & ~(O_CLOEXEC | O_NONBLOCK) ? -EINVAL : check_timerfd_clock(clock);

	return error ? error : install(timerfd_create(clock, (u32)flags & O_NONBLOCK), (u32)flags);
}

/* The timerfd behind fd, referenced, or ERR_PTR(-EBADF, -EINVAL). */
static struct file *get_timerfd(int fd)
{
	struct file *f = fd_get(fd);

	if (!f)
		return ERR_PTR(-EBADF);
	if (file_is_timerfd(f))
		return f;
	file_put(f);
	return ERR_PTR(-EINVAL);
}

long sys_timerfd_settime(int fd, int flags, uaddr new_value, uaddr old_value)
{
	struct timer_setting new, old;
	struct file *f;
	int error = get_itimerspec(new_value, &new.interval, &new.value);

	if (error)
		return error;
	if (flags & ~(TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
		return -EINVAL;
	f = get_timerfd(fd);
	if (IS_ERR(f))
		return PTR_ERR(f);
	error = timerfd_set(f, flags, &new, &old);
	if (flags & TIMER_ABSTIME)
		timer_run_due();
	file_put(f);
	if (old_value.v && put_itimerspec(old_value, old.interval, old.value))
		return -EFAULT;
	return error;
}

long sys_timerfd_gettime(int fd, uaddr curr_value)
{
	struct timer_setting now;
	struct file *f = get_timerfd(fd);

	if (IS_ERR(f))
		return PTR_ERR(f);
	timerfd_get(f, &now);
	file_put(f);
	return put_itimerspec(curr_value, now.interval, now.value);
}

/* ---- signalfd ---- */

static long change_signalfd(int fd, u64 set)
{
	struct file *f = fd_get(fd);
	long result = fd;

	if (!f)
		return -EBADF;
	if (file_is_signalfd(f))
		signalfd_set(f, set);
	else
		result = -EINVAL;
	file_put(f);
	return result;
}

long sys_signalfd4(int fd, uaddr mask, size_t sizemask, int flags)
{
	u64 set;

	if (sizemask != sizeof(set))
		return -EINVAL;
	if (get_user_object(&set, mask))
		return -EFAULT;
	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	if (fd != -1)
		return change_signalfd(fd, set);
	return install(signalfd_create(set, (u32)flags & O_NONBLOCK), (u32)flags);
}

long sys_signalfd(int fd, uaddr mask, size_t sizemask)
{
	return sys_signalfd4(fd, mask, sizemask, 0);
}

/* ---- memfd ---- */

#define MFD_CLOEXEC	  1u
#define MFD_ALLOW_SEALING 2u
#define MFD_EXEC	  0x10u
#define MEMFD_NAME_MAX	  249

long sys_memfd_create(uaddr name, unsigned flags)
{
	char buffer[MEMFD_NAME_MAX + 1];
	ssize_t length;

	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC))
		return -EINVAL;
	length = copy_string_from_user(buffer, name, sizeof(buffer));
	if (length == -EFAULT)
		return -EFAULT;
	if (length < 0)
		return -EINVAL;
	return install(memfd_create(buffer, flags & MFD_ALLOW_SEALING), flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
}
