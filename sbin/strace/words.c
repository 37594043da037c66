/*
 * Names of flags and constants, by the call and the argument that carry them. A row names the call (NULL: any) and the argument; rows
 * are looked at in order. Numbers are Linux's; where the library's headers have them they come from there.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "strace.h"

struct word {
	unsigned long value;
	const char *name;
};

#define W(name) { (unsigned long)(name), #name }
#define N(number, name) { number, name }
#define END { 0, NULL }

static const struct word open_flags[] = {
	N(01, "O_WRONLY"), N(02, "O_RDWR"), N(0100, "O_CREAT"), N(0200, "O_EXCL"), N(0400, "O_NOCTTY"), N(01000, "O_TRUNC"),
	N(02000, "O_APPEND"), N(04000, "O_NONBLOCK"), N(04010000, "O_SYNC"), N(010000, "O_DSYNC"), N(040000, "O_DIRECT"),
	N(0100000, "O_LARGEFILE"), N(020200000, "O_TMPFILE"), N(0200000, "O_DIRECTORY"), N(0400000, "O_NOFOLLOW"),
	N(01000000, "O_NOATIME"), N(02000000, "O_CLOEXEC"), N(010000000, "O_PATH"), END
};
static const struct word protections[] = { N(1, "PROT_READ"), N(2, "PROT_WRITE"), N(4, "PROT_EXEC"), END };
static const struct word map_flags[] = {
	N(3, "MAP_SHARED_VALIDATE"), N(1, "MAP_SHARED"), N(2, "MAP_PRIVATE"), N(0x10, "MAP_FIXED"), N(0x20, "MAP_ANONYMOUS"),
	N(0x100, "MAP_GROWSDOWN"), N(0x800, "MAP_DENYWRITE"), N(0x2000, "MAP_LOCKED"), N(0x4000, "MAP_NORESERVE"),
	N(0x8000, "MAP_POPULATE"), N(0x20000, "MAP_STACK"), N(0x100000, "MAP_FIXED_NOREPLACE"), END
};
static const struct word remap_flags[] = { N(1, "MREMAP_MAYMOVE"), N(2, "MREMAP_FIXED"), END };
static const struct word clone_flags[] = {
	N(0x100, "CLONE_VM"), N(0x200, "CLONE_FS"), N(0x400, "CLONE_FILES"), N(0x800, "CLONE_SIGHAND"), N(0x1000, "CLONE_PIDFD"),
	N(0x2000, "CLONE_PTRACE"), N(0x4000, "CLONE_VFORK"), N(0x8000, "CLONE_PARENT"), N(0x10000, "CLONE_THREAD"),
	N(0x40000, "CLONE_SYSVSEM"), N(0x80000, "CLONE_SETTLS"), N(0x100000, "CLONE_PARENT_SETTID"),
	N(0x200000, "CLONE_CHILD_CLEARTID"), N(0x400000, "CLONE_DETACHED"), N(0x1000000, "CLONE_CHILD_SETTID"), N(17, "SIGCHLD"), END
};
static const struct word wait_options[] = {
	W(WNOHANG), W(WUNTRACED), W(WEXITED), W(WCONTINUED), W(WNOWAIT), N(0x20000000, "__WNOTHREAD"), N(0x40000000, "__WALL"),
	N(0x80000000, "__WCLONE"), END
};
static const struct word at_flags[] = {
	N(0x100, "AT_SYMLINK_NOFOLLOW"), N(0x200, "AT_REMOVEDIR"), N(0x400, "AT_SYMLINK_FOLLOW"), N(0x800, "AT_NO_AUTOMOUNT"),
	N(0x1000, "AT_EMPTY_PATH"), END
};
static const struct word eaccess_flags[] = { N(0x100, "AT_SYMLINK_NOFOLLOW"), N(0x200, "AT_EACCESS"), N(0x1000, "AT_EMPTY_PATH"), END };
static const struct word access_modes[] = { N(4, "R_OK"), N(2, "W_OK"), N(1, "X_OK"), END };
static const struct word fd_flags[] = { N(02000000, "O_CLOEXEC"), N(04000, "O_NONBLOCK"), N(040000, "O_DIRECT"), END };
static const struct word random_flags[] = { N(1, "GRND_NONBLOCK"), N(2, "GRND_RANDOM"), N(4, "GRND_INSECURE"), END };
static const struct word epoll_flags[] = { N(02000000, "EPOLL_CLOEXEC"), END };
static const struct word event_flags[] = { N(02000000, "EFD_CLOEXEC"), N(04000, "EFD_NONBLOCK"), N(1, "EFD_SEMAPHORE"), END };
static const struct word timer_flags[] = { N(1, "TIMER_ABSTIME"), END };
static const struct word memfd_flags[] = { N(1, "MFD_CLOEXEC"), N(2, "MFD_ALLOW_SEALING"), END };
static const struct word rename_flags[] = { N(1, "RENAME_NOREPLACE"), N(2, "RENAME_EXCHANGE"), END };
static const struct word flock_operations[] = { N(1, "LOCK_SH"), N(2, "LOCK_EX"), N(8, "LOCK_UN"), N(4, "LOCK_NB"), END };

static const struct word whence[] = {
	N(0, "SEEK_SET"), N(1, "SEEK_CUR"), N(2, "SEEK_END"), N(3, "SEEK_DATA"), N(4, "SEEK_HOLE"), END
};
static const struct word mask_how[] = { N(0, "SIG_BLOCK"), N(1, "SIG_UNBLOCK"), N(2, "SIG_SETMASK"), END };
static const struct word fcntl_commands[] = {
	N(0, "F_DUPFD"), N(1, "F_GETFD"), N(2, "F_SETFD"), N(3, "F_GETFL"), N(4, "F_SETFL"), N(5, "F_GETLK"), N(6, "F_SETLK"),
	N(7, "F_SETLKW"), N(8, "F_SETOWN"), N(9, "F_GETOWN"), N(36, "F_OFD_GETLK"), N(37, "F_OFD_SETLK"), N(38, "F_OFD_SETLKW"),
	N(1030, "F_DUPFD_CLOEXEC"), N(1031, "F_SETPIPE_SZ"), N(1032, "F_GETPIPE_SZ"), N(1033, "F_ADD_SEALS"), N(1034, "F_GET_SEALS"),
	END
};
static const struct word ioctl_requests[] = {
	N(0x5401, "TCGETS"), N(0x5402, "TCSETS"), N(0x5403, "TCSETSW"), N(0x5404, "TCSETSF"), N(0x5409, "TCSBRK"), N(0x540a, "TCXONC"),
	N(0x540b, "TCFLSH"), N(0x540e, "TIOCSCTTY"), N(0x540f, "TIOCGPGRP"), N(0x5410, "TIOCSPGRP"), N(0x5411, "TIOCOUTQ"),
	N(0x5413, "TIOCGWINSZ"), N(0x5414, "TIOCSWINSZ"), N(0x541b, "FIONREAD"), N(0x5421, "FIONBIO"), N(0x5422, "TIOCNOTTY"),
	N(0x5429, "TIOCGSID"), N(0x5450, "FIONCLEX"), N(0x5451, "FIOCLEX"), N(0x5452, "FIOASYNC"), N(0x80045430, "TIOCGPTN"),
	N(0x40045431, "TIOCSPTLCK"), END
};
static const struct word futex_operations[] = {
	N(0, "FUTEX_WAIT"), N(1, "FUTEX_WAKE"), N(3, "FUTEX_REQUEUE"), N(4, "FUTEX_CMP_REQUEUE"), N(5, "FUTEX_WAKE_OP"),
	N(6, "FUTEX_LOCK_PI"), N(7, "FUTEX_UNLOCK_PI"), N(8, "FUTEX_TRYLOCK_PI"), N(9, "FUTEX_WAIT_BITSET"), N(10, "FUTEX_WAKE_BITSET"),
	N(0x80, "FUTEX_WAIT_PRIVATE"), N(0x81, "FUTEX_WAKE_PRIVATE"), N(0x83, "FUTEX_REQUEUE_PRIVATE"),
	N(0x84, "FUTEX_CMP_REQUEUE_PRIVATE"), N(0x86, "FUTEX_LOCK_PI_PRIVATE"), N(0x87, "FUTEX_UNLOCK_PI_PRIVATE"),
	N(0x89, "FUTEX_WAIT_BITSET_PRIVATE"), N(0x8a, "FUTEX_WAKE_BITSET_PRIVATE"),
	N(0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"), END
};
static const struct word resources[] = {
	N(0, "RLIMIT_CPU"), N(1, "RLIMIT_FSIZE"), N(2, "RLIMIT_DATA"), N(3, "RLIMIT_STACK"), N(4, "RLIMIT_CORE"), N(5, "RLIMIT_RSS"),
	N(6, "RLIMIT_NPROC"), N(7, "RLIMIT_NOFILE"), N(8, "RLIMIT_MEMLOCK"), N(9, "RLIMIT_AS"), N(10, "RLIMIT_LOCKS"),
	N(11, "RLIMIT_SIGPENDING"), N(12, "RLIMIT_MSGQUEUE"), N(13, "RLIMIT_NICE"), N(14, "RLIMIT_RTPRIO"), N(15, "RLIMIT_RTTIME"), END
};
static const struct word advices[] = {
	N(0, "MADV_NORMAL"), N(1, "MADV_RANDOM"), N(2, "MADV_SEQUENTIAL"), N(3, "MADV_WILLNEED"), N(4, "MADV_DONTNEED"), N(8, "MADV_FREE"),
	N(10, "MADV_DONTFORK"), N(11, "MADV_DOFORK"), N(14, "MADV_HUGEPAGE"), N(15, "MADV_NOHUGEPAGE"), N(18, "MADV_WIPEONFORK"), END
};
static const struct word clocks[] = {
	N(0, "CLOCK_REALTIME"), N(1, "CLOCK_MONOTONIC"), N(2, "CLOCK_PROCESS_CPUTIME_ID"), N(3, "CLOCK_THREAD_CPUTIME_ID"),
	N(4, "CLOCK_MONOTONIC_RAW"), N(5, "CLOCK_REALTIME_COARSE"), N(6, "CLOCK_MONOTONIC_COARSE"), N(7, "CLOCK_BOOTTIME"), END
};
static const struct word prctl_options[] = {
	N(1, "PR_SET_PDEATHSIG"), N(2, "PR_GET_PDEATHSIG"), N(3, "PR_GET_DUMPABLE"), N(4, "PR_SET_DUMPABLE"), N(15, "PR_SET_NAME"),
	N(16, "PR_GET_NAME"), N(23, "PR_CAPBSET_READ"), N(36, "PR_SET_CHILD_SUBREAPER"), N(38, "PR_SET_NO_NEW_PRIVS"),
	N(39, "PR_GET_NO_NEW_PRIVS"), END
};
static const struct word arch_codes[] = {
	N(0x1001, "ARCH_SET_GS"), N(0x1002, "ARCH_SET_FS"), N(0x1003, "ARCH_GET_FS"), N(0x1004, "ARCH_GET_GS"), END
};
static const struct word epoll_operations[] = { N(1, "EPOLL_CTL_ADD"), N(2, "EPOLL_CTL_DEL"), N(3, "EPOLL_CTL_MOD"), END };
static const struct word usage_who[] = { N(0, "RUSAGE_SELF"), N(0xffffffff, "RUSAGE_CHILDREN"), N(1, "RUSAGE_THREAD"), END };
static const struct word id_types[] = { N(0, "P_ALL"), N(1, "P_PID"), N(2, "P_PGID"), N(3, "P_PIDFD"), END };
static const struct word interval_timers[] = { N(0, "ITIMER_REAL"), N(1, "ITIMER_VIRTUAL"), N(2, "ITIMER_PROF"), END };
static const struct word families[] = { N(1, "AF_UNIX"), N(2, "AF_INET"), N(10, "AF_INET6"), N(16, "AF_NETLINK"), N(17, "AF_PACKET"), END };
static const struct word log_actions[] = {
	N(2, "SYSLOG_ACTION_READ"), N(3, "SYSLOG_ACTION_READ_ALL"), N(4, "SYSLOG_ACTION_READ_CLEAR"), N(5, "SYSLOG_ACTION_CLEAR"),
	N(8, "SYSLOG_ACTION_CONSOLE_LEVEL"), N(9, "SYSLOG_ACTION_SIZE_UNREAD"), N(10, "SYSLOG_ACTION_SIZE_BUFFER"), END
};

/* `zero` is what no flag at all is called; NULL: the value is one of the list, not a set. */
static const struct {
	const char *call, *argument;
	const struct word *words;
	const char *zero;
} rows[] = {
	{ "open", "flags", open_flags, "O_RDONLY" },
	{ "openat", "flags", open_flags, "O_RDONLY" },
	{ "mmap", "prot", protections, "PROT_NONE" },
	{ "mprotect", "prot", protections, "PROT_NONE" },
	{ "mmap", "flags", map_flags, "0" },
	{ "mremap", "flags", remap_flags, "0" },
	{ "clone", "flags", clone_flags, "0" },
	{ "wait4", "options", wait_options, "0" },
	{ "waitid", "options", wait_options, "0" },
	{ "waitid", "idtype", id_types, NULL },
	{ "pipe2", "flags", fd_flags, "0" },
	{ "dup3", "flags", fd_flags, "0" },
	{ "getrandom", "flags", random_flags, "0" },
	{ "epoll_create1", "flags", epoll_flags, "0" },
	{ "eventfd2", "flags", event_flags, "0" },
	{ "clock_nanosleep", "flags", timer_flags, "0" },
	{ "timer_settime", "flags", timer_flags, "0" },
	{ "timerfd_settime", "flags", timer_flags, "0" },
	{ "memfd_create", "flags", memfd_flags, "0" },
	{ "renameat2", "flags", rename_flags, "0" },
	{ "flock", "operation", flock_operations, "0" },
	{ "faccessat2", "flags", eaccess_flags, "0" },
	{ "newfstatat", "flags", at_flags, "0" },
	{ "unlinkat", "flags", at_flags, "0" },
	{ "linkat", "flags", at_flags, "0" },
	{ "fchownat", "flags", at_flags, "0" },
	{ "utimensat", "flags", at_flags, "0" },
	{ "statx", "flags", at_flags, "0" },
	{ "access", "mode", access_modes, "F_OK" },
	{ "faccessat", "mode", access_modes, "F_OK" },
	{ "faccessat2", "mode", access_modes, "F_OK" },
	{ "lseek", "whence", whence, NULL },
	{ "rt_sigprocmask", "how", mask_how, NULL },
	{ "fcntl", "cmd", fcntl_commands, NULL },
	{ "ioctl", "request", ioctl_requests, NULL },
	{ "futex", "op", futex_operations, NULL },
	{ NULL, "resource", resources, NULL },
	{ "madvise", "advice", advices, NULL },
	{ "prctl", "option", prctl_options, NULL },
	{ "arch_prctl", "code", arch_codes, NULL },
	{ "epoll_ctl", "op", epoll_operations, NULL },
	{ "getrusage", "who", usage_who, NULL },
	{ "getitimer", "which", interval_timers, NULL },
	{ "setitimer", "which", interval_timers, NULL },
	{ "socket", "domain", families, NULL },
	{ "socket", "family", families, NULL },
	{ "syslog", "type", log_actions, NULL },
	{ NULL, "clock", clocks, NULL },
};

static bool print_one(FILE *out, const struct word *words, unsigned long value)
{
	for (; words->name; words++)
		if (words->value == value) {
			fputs(words->name, out);
			return true;
		}
	return false;
}

/* What no word covers is shown as a number. */
static void print_set(FILE *out, const struct word *words, unsigned long value, const char *zero)
{
	const char *between = "";

	if (value == 0)
		fputs(zero, out);
	for (; words->name && value; words++)
		if ((value & words->value) == words->value) {
			fprintf(out, "%s%s", between, words->name);
			between = "|";
			value &= ~words->value;
		}
	if (value)
		fprintf(out, "%s%#lx", between, value);
}

bool words_print(FILE *out, const char *call, const char *name, unsigned long value)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].argument, name) || (rows[i].call && strcmp(rows[i].call, call)))
			continue;
		value &= 0xffffffff;
		if (!rows[i].zero)
			return print_one(out, rows[i].words, value);
		if (rows[i].words == open_flags && (value & 3) == 0 && value) {
			fputs("O_RDONLY|", out);
		}
		print_set(out, rows[i].words, value, rows[i].zero);
		return true;
	}
	return false;
}

const char *words_signal(int sig)
{
	static const char *const names[] = {
		"0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
		"SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
		"SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
	};
	static char real_time[16];

	if (sig >= 0 && sig < 32)
		return names[sig];
	snprintf(real_time, sizeof(real_time), sig <= 64 ? "SIGRT_%d" : "SIG%d", sig <= 64 ? sig - 32 : sig);
	return real_time;
}

const char *words_error(int error)
{
	switch (error) {
#define ERRNO(name, number, text) \
	case number:              \
		return #name;
#include "abi/errno.def"
#undef ERRNO
	default:
		return NULL;
	}
}

void words_mode(FILE *out, unsigned mode)
{
	static const char *const types[16] = {
		[1] = "S_IFIFO", [2] = "S_IFCHR", [4] = "S_IFDIR", [6] = "S_IFBLK", [8] = "S_IFREG", [10] = "S_IFLNK", [12] = "S_IFSOCK",
	};
	const char *type = types[mode >> 12 & 15];

	fprintf(out, "%s%s%#o", type ? type : "", type ? "|" : "", mode & 07777);
}
