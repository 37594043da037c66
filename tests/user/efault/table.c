/* Every call with a pointer argument, every pointer argument, every bad pointer: EFAULT, and the process lives on. */
#include "test.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>

/* Arguments are numbers, or P for the pointer under test, or V for a good zeroed buffer; NULL_OK: a null pointer is allowed. */
#define P	0x50505050L
#define V	0x56565656L
#define NULL_OK 1
#define PARTIAL 2 /* The straddling address may succeed: the call needs one byte or writes it last. */

static int file, directory, pipe_read, pipe_write, epoll, timer, event, watcher;

struct row {
	const char *name;
	long number, args[6];
	int flags;
};

static long good[512];

static void check_row(const struct row *row, const struct test_bad_pointer *bad)
{
	long a[6];

	if (bad->address == NULL && row->flags & NULL_OK)
		return;
	if (!strcmp(bad->name, "straddling")) {
		if (row->flags & PARTIAL)
			return;
		/* The beginning of a name that does not end; refused calls may have overwritten it. */
		*(char *)bad->address = 'n';
	}
	memset(good, 0, sizeof(good));
	for (int i = 0; i < 6; i++)
		a[i] = row->args[i] == P ? (long)bad->address : row->args[i] == V ? (long)good : row->args[i];
	long got = test_raw(row->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (got != -EFAULT) {
		test_print("%s with %s (%p): got %ld, want %d\n", row->name, bad->name, bad->address, got, -EFAULT);
		test_count_failure();
	}
}

static void path_rows(const struct test_bad_pointer *bad)
{
	const struct row rows[] = {
		{ "open", SYS_open, { P, O_RDONLY }, 0 },
		{ "openat", SYS_openat, { AT_FDCWD, P, O_RDONLY }, 0 },
		{ "creat", SYS_creat, { P, 0600 }, 0 },
		{ "stat path", SYS_stat, { P, V }, 0 },
		{ "lstat path", SYS_lstat, { P, V }, 0 },
		{ "newfstatat path", SYS_newfstatat, { AT_FDCWD, P, V, 0 }, 0 },
		{ "access", SYS_access, { P, F_OK }, 0 },
		{ "faccessat", SYS_faccessat, { AT_FDCWD, P, F_OK }, 0 },
		{ "truncate", SYS_truncate, { P, 0 }, 0 },
		{ "chdir", SYS_chdir, { P }, 0 },
		{ "chroot", SYS_chroot, { P }, 0 },
		{ "rename old", SYS_rename, { P, (long)"x" }, 0 },
		{ "rename new", SYS_rename, { (long)"file", P }, 0 },
		{ "mkdir", SYS_mkdir, { P, 0700 }, 0 },
		{ "mkdirat", SYS_mkdirat, { AT_FDCWD, P, 0700 }, 0 },
		{ "rmdir", SYS_rmdir, { P }, 0 },
		{ "link old", SYS_link, { P, (long)"x" }, 0 },
		{ "link new", SYS_link, { (long)"file", P }, 0 },
		{ "unlink", SYS_unlink, { P }, 0 },
		{ "unlinkat", SYS_unlinkat, { AT_FDCWD, P, 0 }, 0 },
		{ "symlink target", SYS_symlink, { P, (long)"x" }, 0 },
		{ "symlink path", SYS_symlink, { (long)"file", P }, 0 },
		{ "readlink path", SYS_readlink, { P, V, 10 }, 0 },
		{ "readlink buffer", SYS_readlink, { (long)"link", P, 10 }, 0 },
		{ "chmod", SYS_chmod, { P, 0600 }, 0 },
		{ "fchmodat", SYS_fchmodat, { AT_FDCWD, P, 0600 }, 0 },
		{ "chown", SYS_chown, { P, -1, -1 }, 0 },
		{ "lchown", SYS_lchown, { P, -1, -1 }, 0 },
		{ "fchownat", SYS_fchownat, { AT_FDCWD, P, -1, -1, 0 }, 0 },
		{ "mknod", SYS_mknod, { P, S_IFIFO | 0600, 0 }, 0 },
		{ "utimensat times", SYS_utimensat, { AT_FDCWD, (long)"file", P, 0 }, NULL_OK },
		{ "statfs path", SYS_statfs, { P, V }, 0 },
		{ "statfs buffer", SYS_statfs, { (long)"/", P }, 0 },
		{ "execve", SYS_execve, { P, V, V }, 0 },
		{ "openat2 path", SYS_openat2, { AT_FDCWD, P, V, 24 }, 0 },
		{ "openat2 how", SYS_openat2, { AT_FDCWD, (long)"file", P, 24 }, 0 },
		{ "inotify_add_watch", SYS_inotify_add_watch, { watcher, P, 1 }, 0 },
		{ "setxattr path", SYS_setxattr, { P, (long)"user.x", V, 1, 0 }, 0 },
		{ "setxattr name", SYS_setxattr, { (long)"file", P, V, 1, 0 }, 0 },
		{ "setxattr value", SYS_setxattr, { (long)"file", (long)"user.x", P, 8, 0 }, 0 },
		{ "getxattr name", SYS_getxattr, { (long)"file", P, V, 8 }, 0 },
		{ "getxattr value", SYS_getxattr, { (long)"file", (long)"user.there", P, 8 }, 0 },
		{ "listxattr", SYS_listxattr, { (long)"file", P, 4096 }, 0 },
		{ "removexattr name", SYS_removexattr, { (long)"file", P }, 0 },
		{ "memfd_create", SYS_memfd_create, { P, 0 }, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i], bad);
}

static void file_rows(const struct test_bad_pointer *bad)
{
	const struct row rows[] = {
		{ "read", SYS_read, { file, P, 8 }, PARTIAL },
		{ "write", SYS_write, { file, P, 8 }, PARTIAL },
		{ "pread64", SYS_pread64, { file, P, 8, 0 }, PARTIAL },
		{ "pwrite64", SYS_pwrite64, { file, P, 8, 0 }, PARTIAL },
		{ "readv", SYS_readv, { file, P, 1 }, 0 },
		{ "writev", SYS_writev, { file, P, 1 }, 0 },
		{ "preadv", SYS_preadv, { file, P, 1, 0, 0 }, 0 },
		{ "pwritev", SYS_pwritev, { file, P, 1, 0, 0 }, 0 },
		{ "stat buffer", SYS_stat, { (long)"file", P }, 0 },
		{ "fstat", SYS_fstat, { file, P }, 0 },
		{ "newfstatat buffer", SYS_newfstatat, { AT_FDCWD, (long)"file", P, 0 }, 0 },
		{ "getdents64", SYS_getdents64, { directory, P, 4096 }, 0 },
		{ "getcwd", SYS_getcwd, { P, 4096 }, 0 },
		{ "pipe", SYS_pipe, { P }, 0 },
		{ "pipe2", SYS_pipe2, { P, 0 }, 0 },
		{ "poll", SYS_poll, { P, 1, 0 }, 0 },
		{ "ppoll timeout", SYS_ppoll, { V, 1, P, 0, 8 }, NULL_OK },
		{ "ppoll mask", SYS_ppoll, { V, 0, V, P, 8 }, NULL_OK },
		{ "select read", SYS_select, { 1, P, 0, 0, V }, NULL_OK },
		{ "select write", SYS_select, { 1, 0, P, 0, V }, NULL_OK },
		{ "select timeout", SYS_select, { 0, 0, 0, 0, P }, NULL_OK },
		{ "pselect6 timeout", SYS_pselect6, { 0, 0, 0, 0, P, 0 }, NULL_OK },
		{ "pselect6 mask", SYS_pselect6, { 0, 0, 0, 0, V, P }, NULL_OK },
		{ "fstatfs", SYS_fstatfs, { file, P }, 0 },
		{ "sendfile offset", SYS_sendfile, { file, file, P, 1 }, NULL_OK },
		{ "getrandom", SYS_getrandom, { P, 8, 0 }, PARTIAL },
		{ "preadv2", SYS_preadv2, { file, P, 1, 0, 0, 0 }, 0 },
		{ "pwritev2", SYS_pwritev2, { file, P, 1, 0, 0, 0 }, 0 },
		{ "splice in", SYS_splice, { file, P, pipe_write, 0, 1, 0 }, NULL_OK },
		{ "splice out", SYS_splice, { pipe_read, 0, file, P, 1, 0 }, NULL_OK },
		{ "vmsplice", SYS_vmsplice, { pipe_write, P, 1, 0 }, 0 },
		{ "copy_file_range in", SYS_copy_file_range, { file, P, file, V, 1, 0 }, NULL_OK },
		{ "copy_file_range out", SYS_copy_file_range, { file, V, file, P, 1, 0 }, NULL_OK },
		{ "fcntl F_GETLK", SYS_fcntl, { file, F_GETLK, P }, 0 },
		{ "fcntl F_OFD_SETLK", SYS_fcntl, { file, F_OFD_SETLK, P }, 0 },
		{ "fcntl F_SETOWN_EX", SYS_fcntl, { pipe_read, 15, P }, 0 },
		{ "fcntl F_GETOWN_EX", SYS_fcntl, { pipe_read, 16, P }, 0 },
		{ "ioctl FIONREAD", SYS_ioctl, { pipe_read, 0x541b, P }, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i], bad);
}

/* Files that stand for events. */
static void event_rows(const struct test_bad_pointer *bad)
{
	const struct row rows[] = {
		{ "epoll_ctl", SYS_epoll_ctl, { epoll, EPOLL_CTL_MOD, pipe_write, P }, 0 },
		{ "epoll_wait", SYS_epoll_wait, { epoll, P, 1, 0 }, PARTIAL },
		{ "epoll_pwait mask", SYS_epoll_pwait, { epoll, V, 1, 0, P, 8 }, NULL_OK },
		{ "epoll_pwait2 timeout", SYS_epoll_pwait2, { epoll, V, 1, P, 0, 8 }, NULL_OK },
		{ "timerfd_settime new", SYS_timerfd_settime, { timer, 0, P, 0 }, 0 },
		{ "timerfd_settime old", SYS_timerfd_settime, { timer, 0, V, P }, NULL_OK },
		{ "timerfd_gettime", SYS_timerfd_gettime, { timer, P }, 0 },
		{ "signalfd4", SYS_signalfd4, { -1, P, 8, 0 }, 0 },
		{ "timer_create event", SYS_timer_create, { CLOCK_MONOTONIC, P, V }, NULL_OK },
		{ "timer_create id", SYS_timer_create, { CLOCK_MONOTONIC, 0, P }, 0 },
		{ "setitimer", SYS_setitimer, { ITIMER_REAL, P, 0 }, NULL_OK },
		{ "getitimer", SYS_getitimer, { ITIMER_REAL, P }, 0 },
		{ "eventfd read", SYS_read, { event, P, 8 }, 0 },
		{ "inotify read", SYS_read, { watcher, P, 4096 }, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* Both are used up by a read that fails. */
		CHECK_EQ(write(event, &(uint64_t){ 1 }, 8), 8);
		CHECK_OK(close(open("file", O_RDONLY)));
		check_row(&rows[i], bad);
	}
}

static void process_rows(const struct test_bad_pointer *bad)
{
	const struct row rows[] = {
		{ "rt_sigaction act", SYS_rt_sigaction, { SIGUSR1, P, 0, 8 }, NULL_OK },
		{ "rt_sigaction oldact", SYS_rt_sigaction, { SIGUSR1, 0, P, 8 }, NULL_OK },
		{ "rt_sigprocmask set", SYS_rt_sigprocmask, { SIG_BLOCK, P, 0, 8 }, NULL_OK },
		{ "rt_sigprocmask oldset", SYS_rt_sigprocmask, { SIG_BLOCK, 0, P, 8 }, NULL_OK },
		{ "rt_sigpending", SYS_rt_sigpending, { P, 8 }, 0 },
		{ "rt_sigtimedwait set", SYS_rt_sigtimedwait, { P, V, V, 8 }, 0 },
		{ "rt_sigtimedwait timeout", SYS_rt_sigtimedwait, { V, V, P, 8 }, NULL_OK },
		{ "rt_sigqueueinfo", SYS_rt_sigqueueinfo, { getpid(), 0, P }, 0 },
		{ "rt_sigsuspend", SYS_rt_sigsuspend, { P, 8 }, 0 },
		{ "sigaltstack", SYS_sigaltstack, { P, 0 }, NULL_OK },
		{ "sigaltstack old", SYS_sigaltstack, { 0, P }, NULL_OK },
		{ "nanosleep", SYS_nanosleep, { P, 0 }, 0 },
		{ "clock_nanosleep", SYS_clock_nanosleep, { CLOCK_MONOTONIC, 0, P, 0 }, 0 },
		{ "clock_gettime", SYS_clock_gettime, { CLOCK_MONOTONIC, P }, 0 },
		{ "clock_getres", SYS_clock_getres, { CLOCK_MONOTONIC, P }, NULL_OK },
		{ "gettimeofday", SYS_gettimeofday, { P, 0 }, NULL_OK },
		{ "time", SYS_time, { P }, NULL_OK },
		{ "times", SYS_times, { P }, NULL_OK },
		{ "uname", SYS_uname, { P }, 0 },
		{ "sysinfo", SYS_sysinfo, { P }, 0 },
		{ "getrlimit", SYS_getrlimit, { RLIMIT_NOFILE, P }, 0 },
		{ "setrlimit", SYS_setrlimit, { RLIMIT_NOFILE, P }, 0 },
		{ "prlimit64 new", SYS_prlimit64, { 0, RLIMIT_NOFILE, P, 0 }, NULL_OK },
		{ "prlimit64 old", SYS_prlimit64, { 0, RLIMIT_NOFILE, 0, P }, NULL_OK },
		{ "getrusage", SYS_getrusage, { RUSAGE_SELF, P }, 0 },
		{ "getresuid", SYS_getresuid, { P, V, V }, 0 },
		{ "getresgid", SYS_getresgid, { V, V, P }, 0 },
		{ "setgroups", SYS_setgroups, { 2, P }, 0 },
		{ "prctl name", SYS_prctl, { 15, P }, 0 },
		{ "sched_getaffinity", SYS_sched_getaffinity, { 0, 128, P }, 0 },
		{ "futex wait", SYS_futex, { P, 0, 0, 0, 0, 0 }, PARTIAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!(rows[i].number == SYS_futex && (long)bad->address & 3))
			check_row(&rows[i], bad);
}

static void test(void)
{
	struct test_bad_pointer bad[TEST_BAD_POINTERS];
	int p[2];

	test_scratch();
	test_write_file("file", "some contents of the file");
	CHECK_OK(symlink("file", "link"));
	file = (int)CHECK_OK(open("file", O_RDWR));
	directory = (int)CHECK_OK(open(".", O_RDONLY));
	CHECK_OK(pipe(p));
	pipe_read = p[0];
	pipe_write = p[1];
	CHECK_EQ(write(pipe_write, "some bytes", 10), 10);
	CHECK_OK(setxattr("file", "user.there", "12345678", 8, 0));
	epoll = (int)CHECK_OK(epoll_create1(0));
	CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_ADD, pipe_write, &(struct epoll_event){ .events = EPOLLOUT }));
	timer = (int)CHECK_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	event = (int)CHECK_OK(eventfd(0, 0));
	watcher = (int)CHECK_OK(inotify_init1(IN_NONBLOCK));
	CHECK_OK(inotify_add_watch(watcher, "file", IN_OPEN));
	test_bad_pointers(bad);
	for (size_t i = 0; i < TEST_BAD_POINTERS; i++) {
		path_rows(&bad[i]);
		file_rows(&bad[i]);
		event_rows(&bad[i]);
		process_rows(&bad[i]);
	}
	CHECK_FILE("file", "some contents of the file");
}
