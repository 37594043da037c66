/*
 * Arguments for the calls of abi/syscalls.def: values by kind,
	by hints for the ones whose meaning the table does not know, and
 * structures that are now and then valid. Pointers lie mostly in the arena; some cross its end,
	some are nothing's or the kernel's.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <time.h>

#define FUTEX_WAITERS	 0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define BLOCKS 1
#define SYSCALL(number_, name_, flags_, ...) { number_, #name_, { __VA_ARGS__ } },

/* The table as the preprocessor leaves it; calls[] is made of it. */
static const struct row {
	long number;
	const char *name;
	const char *arguments[MAX_ARGUMENTS];
} rows[] = {
#include "abi/syscalls.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct call calls[ROWS];
size_t call_count;

/* ---- What a value may mean ---- */


#define HINTS(...) (const uint64_t[]){ __VA_ARGS__, HINTS_END }

static const struct hint {
	const char *call;		/* what its name begins with */
	const char *argument;
	bool combine;
	const uint64_t *values;
} hints[] = {
	{ "open", "flags", true, HINTS(0, 1, 2, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_DIRECTORY,
		O_NOFOLLOW, O_CLOEXEC, O_PATH, O_ASYNC, O_TMPFILE) },
	{ "mmap", "prot", true, HINTS(0, 1, 2, 3, 4) },
	{ "mmap", "flags", true, HINTS(MAP_SHARED, MAP_PRIVATE, MAP_PRIVATE | MAP_ANONYMOUS,
		MAP_SHARED | MAP_ANONYMOUS, MAP_FIXED, MAP_POPULATE, MAP_LOCKED, MAP_NORESERVE, MAP_GROWSDOWN, 0x100000) },
	{ "mprotect", "prot", true, HINTS(0, 1, 2, 4, PROT_GROWSDOWN, PROT_GROWSUP) },
	{ "mremap", "flags", true, HINTS(0, 1, 3, 5, 7) },
	{ "madvise", "advice", false, HINTS(0, 1, 2, 3, 4, 4, 4, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21,
		22, 23, 25) },
	{ "msync", "flags", true, HINTS(1, 2, 4) },
	{ "mlock", "flags", true, HINTS(0, 1, 2, 4) },
	{ "ioctl", "request", false, HINTS(0x5401, 0x5402, 0x5403, 0x5404, 0x5405, 0x5409, 0x540a, 0x540b, 0x540e,
		0x540f, 0x5410, 0x5411, 0x5412, 0x5413, 0x5414, 0x541b, 0x5420, 0x5421, 0x5422, 0x5423, 0x5424,
		0x5425, 0x5429, 0x5450, 0x5451, 0x5452, 0x5460, 0x80045430, 0x40045431, 0x80045432, 0x80045438,
		0x80045439, 0x5441, 0x8903, 0x8901, 0x8902, 0x8904, 0x8905, 0x8906, 0x8910, 0x8912, 0x8913, 0x8914,
		0x8915, 0x8916, 0x891b, 0x891d, 0x8921, 0x8922, 0x8927, 0x8933, 0x8942, 0x890b, 0x890c, 0x8953,
		0x8954, 0x8955) },
	{ "fcntl", "cmd", false, HINTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 36, 37, 38,
		1024, 1025, 1026, 1029, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038) },
	{ "flock", "operation", true, HINTS(1, 2, 4, 8) },
	{ "socket", "family", false, HINTS(1, 1, 2, 2, 10, 16, 17) },
	{ "socket", "type", true, HINTS(1, 2, 3, 5, 10, SOCK_NONBLOCK, SOCK_CLOEXEC) },
	{ "socket", "protocol", false, HINTS(0, 0, 0, 1, 6, 17, 58, 255, 3, 0x300, 15) },
	{ "setsockopt", "level", false, HINTS(0, 1, 1, 6, 17, 41, 255, 263, 270) },
	{ "getsockopt", "level", false, HINTS(0, 1, 1, 6, 17, 41, 255, 263, 270) },
	{ "setsockopt", "size", false, HINTS(0, 1, 4, 4, 4, 8, 16, 12, 20, 128, 136, 264, 0xffffffff) },
	{ "send", "flags", true, HINTS(0, MSG_DONTWAIT, MSG_OOB, MSG_MORE, MSG_NOSIGNAL, MSG_PEEK, MSG_TRUNC,
		0x20000000, 0x4000000) },
	{ "recv", "flags", true, HINTS(0, MSG_DONTWAIT, MSG_OOB, MSG_WAITALL, MSG_PEEK, MSG_TRUNC, MSG_ERRQUEUE,
		MSG_CMSG_CLOEXEC, MSG_WAITFORONE) },
	{ "clone", "flags", true, HINTS(0, SIGCHLD, SIGCHLD | CLONE_VM, CLONE_FS, CLONE_FILES,
		CLONE_VM | CLONE_SIGHAND, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, CLONE_VFORK, CLONE_PARENT,
		CLONE_PARENT_SETTID, CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID, CLONE_PIDFD, CLONE_PTRACE,
		CLONE_SYSVSEM, CLONE_UNTRACED) },
	{ "unshare", "flags", true, HINTS(CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_VM, CLONE_THREAD, CLONE_SIGHAND) },
	{ "openat2", "size", false, HINTS(24, 24, 24, 23, 32, 4096) },
	{ "sched_getattr", "size", false, HINTS(48, 48, 56, 20) },
	{ "futex_waitv", "count", false, HINTS(1, 2, 3, 128, 129) },
	{ "futex_waitv", "flags", false, HINTS(0, 0, 0, 1) },
	{ "futex", "op", true, HINTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 128, 256) },
	{ "futex", "val", false, HINTS(0, 1, 1, 2, 3, 0x7fffffff, 0xffffffff) },
	{ "rt_sigprocmask", "how", false, HINTS(0, 1, 2) },
	{ "", "sigsetsize", false, HINTS(8, 8, 8, 8, 8, 8, 16, 0) },
	{ "", "sizemask", false, HINTS(8, 8, 8, 8, 8, 8, 16, 0) },
	{ "ptrace", "request", false, HINTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 24, 31, 32, 0x4200,
		0x4201, 0x4202, 0x4203, 0x4204, 0x4205, 0x4206, 0x4207, 0x4208, 0x4209, 0x420a, 0x420b, 0x420e, 0x420f) },
	{ "prctl", "option", false, HINTS(1, 2, 3, 4, 7, 8, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
		33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 47, 0x53564d41, 0x59616d61) },
	{ "arch_prctl", "code", false, HINTS(0x1001, 0x1003, 0x1004, 0x1011, 0x1012, 0x3001) },
	{ "lseek", "whence", false, HINTS(0, 1, 2, 3, 4, 5) },
	{ "mount", "flags", true, HINTS(0, 1, 2, 32, 4096, 4096, 8192, 16384, 1 << 18, 1 << 17, 1 << 20, 1024) },
	{ "umount2", "flags", true, HINTS(0, 1, 2, 4, 8) },
	{ "epoll_ctl", "op", false, HINTS(1, 1, 2, 3) },
	{ "", "maxevents", false, HINTS(1, 2, 16, 0, 0xffffffff, 0x10000000) },
	{ "", "timeout", false, HINTS(0, 0, 1, 2, 0xffffffff) },
	{ "", "iovcnt", false, HINTS(0, 1, 2, 3, 8, 1024, 1025, 0xffffffff) },
	{ "", "nfds", false, HINTS(0, 1, 2, 8, 64, 1024, 1025, 0xffffffff) },
	{ "", "length", false, HINTS(0, 1, 2, 3, 8, 12, 16, 28, 110, 128, 4096, 65536, 0xffffffff) },
	{ "splice", "length", false, HINTS(0, 1, 100, 4096, 65536, 1 << 20, 0x7fffffff) },
	{ "splice", "flags", true, HINTS(0, 1, 2, 4, 8) },
	{ "tee", "flags", true, HINTS(0, 1, 2, 4, 8) },
	{ "vmsplice", "flags", true, HINTS(0, 1, 2, 4, 8) },
	{ "vmsplice", "count", false, HINTS(0, 1, 2, 3, 8, 1024, 1025) },
	{ "m", "length", false, HINTS(0, 1, PAGE, PAGE, 2 * PAGE, 3 * PAGE, 16 * PAGE, 63 * PAGE, 1 << 21,
		1ull << 30, 1ull << 46, ~0ull, ~0ull - PAGE) },
	{ "mremap", "old_length", false, HINTS(0, 0, PAGE, PAGE, 2 * PAGE, 3 * PAGE, 16 * PAGE, 63 * PAGE,
		1ull << 46, ~0ull) },
	{ "mremap", "new_length", false, HINTS(0, PAGE, PAGE, 2 * PAGE, 3 * PAGE, 16 * PAGE, 63 * PAGE, 1 << 21,
		1ull << 46, ~0ull) },
	{ "fallocate", "mode", true, HINTS(0, 0, 1, 3, 8, 16, 32, 64) },
	{ "inotify_add_watch", "mask", true, HINTS(0xfff, 0x1, 0x2, 0x100, 0x200, 0x400, 0x800, 0x80000000,
		0x20000000, 0x10000000, 0x1000000) },
	{ "timerfd", "flags", true, HINTS(0, 1, 2, O_NONBLOCK, O_CLOEXEC) },
	{ "timer_settime", "flags", false, HINTS(0, 1) },
	{ "timer", "timerid", false, HINTS(0, 1, 2, 3, 4) },
	{ "wait", "options", true, HINTS(1, 1, 2, 4, 8, 0x1000000, 0x40000000, 0x80000000, 0x20000000) },
	{ "waitid", "idtype", false, HINTS(0, 1, 2, 3) },
	{ "renameat2", "flags", true, HINTS(0, 1, 2, 4) },
	{ "", "flags", true, HINTS(0, 0, 1, 2, 4, 8, 0x80, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x80000) },
	{ "membarrier", "command", false, HINTS(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512) },
	{ "membarrier", "flags", false, HINTS(0, 0, 0, 1) },
	{ "rseq", "size", false, HINTS(32, 32, 33, 0) },
	{ "rseq", "flags", false, HINTS(0, 1) },
	{ "rseq", "signature", false, HINTS(0x53053053) },
	{ "set_robust_list", "size", false, HINTS(24, 24, 24, 0) },
	{ "memfd_create", "flags", true, HINTS(0, 1, 2, 8, 16) },
	{ "sched_set", "policy", false, HINTS(0, 1, 2, 3, 5, 6, 7, 0x40000000) },
	{ "getpriority", "which", false, HINTS(0, 1) },
	{ "setpriority", "which", false, HINTS(0, 1) },
	{ "", "resource", false, HINTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16) },
	{ "syslog", "type", false, HINTS(2, 3, 4, 9, 10) },
	{ "copy_file_range", "flags", false, HINTS(0, 0, 0, 1) },
	{ "preadv2", "flags", true, HINTS(0, 1, 2, 4, 8, 16) },
	{ "pwritev2", "flags", true, HINTS(0, 1, 2, 4, 8, 16) },
	{ "personality", "", false, HINTS(0) },
};

static const struct {
	const char *type;
	enum kind kind;
} kinds[] = {
	{ "fd", KIND_FD }, { "dirfd", KIND_FD }, { "pid", KIND_PID }, { "uid", KIND_UID }, { "gid", KIND_UID },
		{ "mode", KIND_MODE },
	{ "signal", KIND_SIGNAL }, { "clockid", KIND_CLOCK }, { "addr", KIND_ADDRESS }, { "path", KIND_PATH },
	{ "strings", KIND_STRINGS }, { "size", KIND_SIZE }, { "in", KIND_POINTER }, { "out", KIND_POINTER },
		{ "inout", KIND_POINTER },
};

/* Calls that end the drawer or the machine, or that would be all that happens; what is not here has weight 20. */
static const struct {
	const char *name;
	unsigned weight;
} weights[] = {
	{ "reboot", 0 }, { "exit_group", 0 }, { "exit", 1 }, { "execve", 2 }, { "rt_sigreturn", 1 }, { "close_range",
		1 }, { "chroot", 1 },
	{ "arch_prctl", 3 }, { "setrlimit", 1 }, { "prlimit64", 3 }, { "pause", 3 }, { "settimeofday", 1 },
		{ "clock_settime", 1 },
	{ "adjtimex", 3 }, { "clock_adjtime", 3 }, { "munmap", 5 }, { "brk", 5 }, { "close", 10 }, { "fork", 4 },
		{ "vfork", 4 }, { "clone", 12 },
	{ "clone3", 6 }, { "setuid", 2 }, { "setreuid", 2 }, { "setresuid", 2 }, { "setfsuid", 2 }, { "capset", 2 },
		{ "mlockall", 3 },
	{ "kill", 6 }, { "tkill", 6 }, { "tgkill", 6 }, { "rt_sigprocmask", 4 }, { "mmap", 40 }, { "mremap", 40 },
		{ "futex", 60 }, { "ioctl", 60 },
	{ "fcntl", 60 }, { "splice", 40 }, { "sendmsg", 40 }, { "recvmsg", 40 }, { "ptrace", 40 }, { "setsockopt",
		40 }, { "epoll_ctl", 40 },
	{ "prctl", 30 }, { "sync", 5 }, { "getpid", 1 }, { "getuid", 1 }, { "geteuid", 1 }, { "getgid", 1 },
		{ "getegid", 1 }, { "getppid", 1 },
};

static const char *after(const char *text, char separator)
{
	const char *found = strchr(text, separator);

	return found ? found + 1 : text + strlen(text);
}

static void find_hints(const struct row *row, struct argument *a)
{
	size_t length = strcspn(a->name, "[?");

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]) && !a->hints; i++) {
		if (strncmp(row->name, hints[i].call, strlen(hints[i].call)) || strlen(hints[i].argument) != length ||
		    strncmp(a->name, hints[i].argument, length))
			continue;
		a->hints = hints[i].values;
		a->combine = hints[i].combine;
	}
}

static void parse_argument(const struct row *row, const char *text, struct argument *a)
{
	size_t length = strcspn(text, " ");

	a->kind = KIND_VALUE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].type) == length && !strncmp(text, kinds[i].type, length))
			a->kind = kinds[i].kind;
	a->type = after(text, ' ');
	a->name = a->kind == KIND_POINTER ? after(a->type, ' ') : a->type;
	find_hints(row, a);
}

void parse_calls(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct call *call = &calls[call_count++];

		call->number = rows[i].number;
		call->name = rows[i].name;
		call->weight = 20;
		for (size_t j = 0; j < sizeof(weights) / sizeof(weights[0]); j++)
			if (!strcmp(weights[j].name, call->name))
				call->weight = weights[j].weight;
		for (size_t j = 0; j < MAX_ARGUMENTS && rows[i].arguments[j]; j++)
			parse_argument(&rows[i], rows[i].arguments[j], &call->arguments[call->count++]);
	}
}

/* ---- Values ---- */

uint64_t draw_value(struct worker *w)
{
	static const uint64_t interesting[] = { 0, 1, 2, 3, 4, 7, 8, 16, 24, 32, 63, 64, 100, 127, 128, 255, 256,
		1000, 4095, 4096, 4097, 8192,
		65535, 65536, 1 << 20, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7ffffffff000, 0x7fffffffffffffff,
		0x8000000000000000, ~0ull, ~1ull, ~0ull - 4095, 999999999, 1000000000 };

	switch (draw(w, 8)) {
	case 0: return 1ull << draw(w, 64);
	case 1: return draw(w, 64);
	case 2: return (1ull << draw(w, 32)) | (1ull << draw(w, 32));
	case 3: return draw(w, 3);
	default: return interesting[draw(w, sizeof(interesting) / sizeof(interesting[0]))];
	}
}

static uint64_t draw_hint(struct worker *w, const struct argument *a)
{
	size_t count = 0;
	uint64_t value;

	while (a->hints[count] != HINTS_END)
		count++;
	value = a->hints[draw(w, count)];
	while (a->combine && draw(w, 2))
		value |= a->hints[draw(w, count)];
	return value;
}

/* What most calls want; others take any. The first that fits counts. */
static const struct {
	const char *call;		/* what its name begins with */
	const char *argument;
	enum range range;
} ranges[] = {
	{ "splice", "fd_in", PIPES }, { "tee", "", PIPES }, { "vmsplice", "", PIPES }, { "epoll_", "epfd", NOTICES },
	{ "timerfd_", "", NOTICES }, { "inotify_", "fd", NOTICES }, { "signalfd", "", NOTICES }, { "accept", "", LOCALS },
	{ "bind", "", SOCKETS }, { "connect", "", SOCKETS }, { "listen", "", SOCKETS }, { "send", "fd", LOCALS },
	{ "recv", "", LOCALS }, { "shutdown", "", SOCKETS }, { "getsock", "", SOCKETS }, { "setsock", "", SOCKETS },
	{ "getpeer", "", SOCKETS }, { "ioctl", "", TERMINALS }, { "pidfd_", "pidfd", TERMINALS }, { "copy_", "", FILES },
	{ "lseek", "", FILES }, { "pread", "", FILES }, { "pwrite", "", FILES }, { "ftruncate", "", FILES },
	{ "fallocate", "", FILES }, { "getdents", "", FILES }, { "fchdir", "", FILES }, { "mmap", "", FILES },
	{ "flock", "", FILES }, { "fadvise", "", FILES }, { "sync_file", "", FILES }, { "sendfile", "", FILES },
	{ "fsetxattr", "", FILES }, { "fgetxattr", "", FILES }, { "readahead", "", FILES },
};

static uint64_t draw_range(struct worker *w, enum range range)
{
	if (range == LOCALS || range == SOCKETS)	/* both are sockets */
		range = draw(w, 2) ? LOCALS : SOCKETS;
	return FIRST + range * RANGE + draw(w, RANGE);
}

static uint64_t draw_fd(struct worker *w)
{
	static const uint64_t odd[] = { -1ull, -100ull, 0, 1, 1023, 0x7fffffff, 0x80000000, 0x100000003 };

	return draw(w, 16) ? FIRST + draw(w, DESCRIPTORS - FIRST) : odd[draw(w, sizeof(odd) / sizeof(odd[0]))];
}

static uint64_t draw_fd_for(struct worker *w, const struct call *call, const struct argument *a)
{
	bool fits = draw(w, 4);

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && fits; i++)
		if (!strncmp(call->name, ranges[i].call, strlen(ranges[i].call)) &&
		    !strncmp(a->name, ranges[i].argument, strlen(ranges[i].argument)))
			return draw_range(w, ranges[i].range);
	return draw_fd(w);
}

uint64_t draw_pid(struct worker *w)
{
	switch (draw(w, 8)) {
	case 0: return 0;
	case 1: return (uint64_t)w->tid;
	case 2: return 0x7fffffff;
	default: break;
	}
	return shared->pids[draw(w, PIDS)];
}

static uint64_t draw_address(struct worker *w)
{
	static const uint64_t odd[] = { 0, 0, 1, 0xfffffffffffff000, ~0ull, 0xffff800000000000, 0xffffffff80000000,
		0x800000000000, 0x7ffffffff000,
		0x7fffffffeff8, 0x7ffffffffff8, 0x8000000000000000, ARENA - 8, PAGE, 0x200000000 };
	uint64_t page = ARENA + draw(w, ARENA_PAGES) * PAGE;

	switch (draw(w, 16)) {
	case 0: return odd[draw(w, sizeof(odd) / sizeof(odd[0]))];
	case 1: return page + PAGE - draw(w, 64);
	case 2: return ARENA + ARENA_PAGES * PAGE - draw(w, 128);
	case 3: return page + draw(w, PAGE);
	default: return page + draw(w, 8) * 512;
	}
}

/* ---- Structures ---- */

static void put32(uint64_t at, uint64_t value) { *(volatile uint32_t *)at = (uint32_t)value; }
static void put64(uint64_t at, uint64_t value) { *(volatile uint64_t *)at = value; }

static void fill_anything(struct worker *w, uint64_t at)
{
	unsigned words = 4 + (unsigned)draw(w, 32);

	for (unsigned i = 0; i < words; i++) {
		if (draw(w, 2)) {
			put64(at + i * 8, draw(w, 4) ? draw_value(w) : draw_address(w));
		} else {
			put32(at + i * 8, draw(w, 4) ? draw_value(w) : draw_fd(w));
			put32(at + i * 8 + 4, draw_value(w));
		}
	}
}

static void fill_time(struct worker *w, uint64_t at, unsigned pairs)
{
	for (unsigned i = 0; i < pairs; i++) {
		put64(at + i * 16, draw(w, 16) ? 0 : draw_value(w));
		put64(at + i * 16 + 8, draw(w, 16) ? draw(w, 2000) * draw(w, 1000) : draw_value(w));
	}
}

static void fill_iovec(struct worker *w, uint64_t at)
{
	for (unsigned i = 0; i < 8; i++) {
		put64(at + i * 16, draw_address(w));
		put64(at + i * 16 + 8, draw(w, 16) ? draw(w, 3 * PAGE) : draw_value(w));
	}
}

static void fill_address(struct worker *w, uint64_t at)
{
	static const char *const names[] = { "sock", "sock2", "d/sock", "a" };
	static const uint16_t families[] = { AF_UNIX, AF_UNIX, AF_INET, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNSPEC };
	uint16_t family = families[draw(w, 8)];
	const char *name = names[draw(w, 4)];

	put32(at, family);
	if (family == AF_UNIX) {
		memcpy((char *)at + 2 + draw(w, 2), name, strlen(name) + 1);
	} else if (family == AF_INET || family == AF_INET6) {
		put32(at, family | (uint32_t)htons((uint16_t)(7000 + draw(w, 4))) << 16);
		put32(at + 4, family == AF_INET ? htonl(draw(w, 8) ? INADDR_LOOPBACK : 0xe0000001) : 0);
		put64(at + 8, 0);
		put64(at + 16, (uint64_t)htonl(1) << 32);
	} else {
		put64(at + 2, draw(w, 2));
		put64(at + 10, draw(w, 4));
	}
}

static uint64_t fill_control(struct worker *w, uint64_t at)
{
	unsigned count = 1 + (unsigned)draw(w, 4);

	put64(at, 16 + count * 4);
	put32(at + 8, draw(w, 8) ? SOL_SOCKET : draw(w, 42));
	put32(at + 12, 1 + draw(w, 3));
	for (unsigned i = 0; i < count; i++)
		put32(at + 16 + i * 4, draw_fd(w));
	return draw(w, 8) ? 16 + ((count * 4 + 7) & ~7u) : draw_value(w) & 0xffff;
}

static void fill_message(struct worker *w, uint64_t at)
{
	put64(at, draw(w, 2) ? 0 : at + 512);
	put64(at + 8, draw(w, 8) ? 16 : draw(w, 200));
	put64(at + 16, at + 256);
	put64(at + 24, draw(w, 16) ? draw(w, 4) : draw_value(w));
	put64(at + 32, draw(w, 2) ? 0 : at + 768);
	fill_address(w, at + 512);
	fill_iovec(w, at + 256);
	put64(at + 40, fill_control(w, at + 768));
	put32(at + 48, 0);
}

static void fill_futex(struct worker *w, uint64_t at)
{
	switch (draw(w, 6)) {
	case 0: put32(at, (uint64_t)w->tid | (draw(w, 2) ? FUTEX_WAITERS : 0)); break;
	case 1: put32(at, draw_pid(w) | (draw(w, 2) ? FUTEX_WAITERS : 0) | (draw(w, 4) ? 0 : FUTEX_OWNER_DIED)); break;
	case 2: put32(at, draw_value(w)); break;
	case 3: put32(at, 0); break;
	default: break;
	}
}

/* A list of three locks, with an end or without one; the words are futexes. */
static void fill_robust(struct worker *w, uint64_t at)
{
	put64(at, at + 32);
	put64(at + 8, draw(w, 4) ? (uint64_t)-16 : draw_value(w));
	put64(at + 16, draw(w, 2) ? 0 : at + 64 + draw(w, 2));
	put64(at + 32, at + 64 + draw(w, 2));
	put64(at + 64, draw(w, 4) ? at : at + 32);
	put32(at + 16 + 8, 0);
	fill_futex(w, at + 48);
}

static void fill_many(struct worker *w, uint64_t at, const char *type)
{
	for (unsigned i = 0; i < 8; i++) {
		if (!strncmp(type, "pollfd", 6)) {
			put32(at + i * 8, draw_fd(w));
			put32(at + i * 8 + 4, draw_value(w));
		} else {
			fill_message(w, at + i * 64);
		}
	}
}

static void fill(struct worker *w, uint64_t at, const char *type, const char *name)
{
	fill_anything(w, at);
	if (!strncmp(type, "timespec", 8) || !strncmp(type, "timeval", 7)) {
		fill_time(w, at, 2);
	} else if (!strncmp(type, "itimer", 6)) {
		fill_time(w, at, 2);
	} else if (!strncmp(type, "iovec", 5)) {
		fill_iovec(w, at);
	} else if (!strncmp(type, "msghdr", 6)) {
		fill_message(w, at);
	} else if (!strncmp(type, "mmsghdr", 7) || !strncmp(type, "pollfd", 6)) {
		fill_many(w, at, type);
	} else if (!strncmp(name, "address", 7)) {
		fill_address(w, at);
	} else if (!strncmp(type, "sigset", 6)) {
		put64(at, draw(w, 4) ? 1ull << draw(w, 64) : draw_value(w));
	} else if (!strncmp(type, "sigevent", 8)) {
		put64(at + 8, (uint64_t)draw(w, 5) << 32 | draw(w, 65));
		put32(at + 16, (uint64_t)w->tid);
	} else if (!strncmp(type, "epoll_event", 11)) {
		put32(at, draw(w, 4) ? 0x2019 | (draw(w, 2) << 31) | (draw(w, 4) ? 0 : 1u << 30) : draw_value(w));
	} else if (!strncmp(type, "sigaction", 9)) {
		put64(at, draw(w, 3) ? draw(w, 2) : draw_address(w));
	} else if (!strncmp(type, "int word", 8)) {
		fill_futex(w, at);
	} else if (!strncmp(type, "rlimit", 6)) {
		put64(at, draw(w, 4) ? ~0ull : draw_value(w));
		put64(at + 8, ~0ull);
	} else if (!strncmp(name, "how", 3)) {
		put64(at, draw(w, 2) ? O_RDWR | O_NONBLOCK : O_CREAT | O_RDWR | O_NONBLOCK);
		put64(at + 8, draw(w, 2) ? 0 : 0777);
		put64(at + 16, draw(w, 2) ? 0 : draw(w, 64));
	} else if (!strncmp(type, "sched_attr", 10)) {
		put32(at, 48);
		put32(at + 4, draw(w, 8));
		put64(at + 8, 0);
		put32(at + 20, draw(w, 2) ? 0 : draw(w, 100));
	} else if (!strncmp(type, "off ", 4)) {
		put64(at, draw(w, 4) ? draw(w, 4 * PAGE) : draw_value(w));
	} else if (!strncmp(type, "int length", 10) || !strncmp(type, "int size", 8)) {
		put32(at, draw(w, 4) ? draw(w, 200) : draw_value(w));
	}
}

/* A path; what is not below the scratch directory is read only, which choose_arguments() sees to. */
static const char *const inside[] = { "a", "a", "b", "c", "d", "d/e", "d/e/f", "d/../a", "link", "loop", "fifo",
	"sock", "m", "m", "m/x", "m/x/y",
	".", "", "missing/x", "a/x", "d/", "//", "/fuzz/a" };
static const char *const outside[] = { "/proc/self/maps", "/proc/self/status", "/proc/self/fd", "/proc/self/fd/5",
	"/proc/self/exe", "/proc/self/mem",
	"/proc/self/root", "/proc/self/task", "/proc/thread-self/stat", "/proc/self/fdinfo/5", "/proc/net/tcp",
		"/proc/meminfo", "/dev/null", "/dev/zero",
	"/dev/ptmx", "/dev/tty", "/dev/full", "/dev/shm", "/dev/pts/0", "/dev/fd/7", "/bin/sh", "/proc/self/smaps",
		"/proc/self/mountinfo" };

static uint64_t draw_path(struct worker *w, bool anywhere)
{
	uint64_t at = ARENA + draw(w, ARENA_PAGES) * PAGE + 1024;
	const char *path = inside[draw(w, sizeof(inside) / sizeof(inside[0]))];

	if (anywhere && draw(w, 2))
		path = outside[draw(w, sizeof(outside) / sizeof(outside[0]))];
	else if (!draw(w, 24))
		return draw_address(w);
	if (!draw(w, 64)) {
		memset((char *)at, 'x', PAGE - 1024);
		return at;
	}
	memcpy((char *)at, path, strlen(path) + 1);
	return at;
}

static uint64_t draw_name(struct worker *w)
{
	static const char *const names[] = { "user.a", "user.b", "user.", "trusted.x", "security.capability",
		"system.posix_acl_access", "", "user.a.b" };
	uint64_t at = ARENA + draw(w, ARENA_PAGES) * PAGE + 2048;
	const char *name = names[draw(w, sizeof(names) / sizeof(names[0]))];

	memcpy((char *)at, name, strlen(name) + 1);
	return at;
}

static uint64_t draw_strings(struct worker *w)
{
	uint64_t at = ARENA + draw(w, ARENA_PAGES) * PAGE + 3072;
	unsigned count = (unsigned)draw(w, 4);

	if (!draw(w, 8))
		return draw_address(w);
	for (unsigned i = 0; i < count; i++)
		put64(at + i * 8, draw(w, 8) ? at + 256 : draw_address(w));
	put64(at + count * 8, 0);
	memcpy((char *)at + 256, "true", 5);
	return at;
}

static bool reads_only(const char *call)
{
	static const char *const names[] = { "open", "openat", "stat", "lstat", "newfstatat", "statx", "access",
		"faccessat", "faccessat2", "readlink",
		"readlinkat", "getxattr", "listxattr", "statfs", "inotify_add_watch", "execve" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(call, names[i]))
			return true;
	return false;
}

static uint64_t choose_pointer(struct worker *w, const struct call *call, const struct argument *a)
{
	uint64_t at = draw_address(w);

	if (!strncmp(call->name, "futex", 5) && !strncmp(a->type, "int word", 8) && draw(w, 16))
		at = ARENA + draw(w, 4) * 4 + draw(w, 2) * PAGE;
	if (at >= ARENA && at < ARENA + ARENA_PAGES * PAGE)
		fill(w, at, a->type, a->name);
	return at;
}

static uint64_t choose_bare_address(struct worker *w, const struct call *call)
{
	uint64_t at = draw_address(w);

	if (!strcmp(call->name, "futex"))
		return ARENA + draw(w, 4) * 4 + draw(w, 2) * PAGE;
	if (call->name[0] == 'm' && draw(w, 8))	/* the ones of memory */
		return at & ~(PAGE - 1);
	if (at >= ARENA && at < ARENA + ARENA_PAGES * PAGE) {
		if (!strcmp(call->name, "set_robust_list")) {
			fill_robust(w, at);
		} else if (!strcmp(call->name, "futex_waitv")) {
			for (unsigned i = 0; i < 3; i++) {
				put64(at + i * 24, 0);
				put64(at + i * 24 + 8, ARENA + draw(w, 4) * 4);
				put64(at + i * 24 + 16, 2 | draw(w, 2) << 7);
			}
		} else if (draw(w, 2)) {
			fill_anything(w, at);
		}
	}
	return at;
}

static uint64_t choose(struct worker *w, const struct call *call, const struct argument *a)
{
	if (a->hints && draw(w, 16))
		return draw_hint(w, a);
	switch (a->kind) {
	case KIND_FD:	   return draw_fd_for(w, call, a);
	case KIND_SIZE:	   return draw(w, 4) ? draw(w, 3) * draw(w, 8192) : draw_value(w);
	case KIND_MODE:	   return draw(w, 4) ? 0777 : draw_value(w);
	case KIND_SIGNAL:  return draw(w, 66);
	case KIND_CLOCK:   return draw(w, 4) ? draw(w, 12) : ~draw_pid(w) << 3 | draw(w, 8);
	case KIND_PID:	   return draw_pid(w);
	case KIND_UID:	   return draw(w, 2) ? 1000 : draw(w, 3) - 1;
	case KIND_ADDRESS: return choose_bare_address(w, call);
	case KIND_PATH:	   return !strncmp(a->name, "name", 4) ? draw_name(w) : draw_path(w, reads_only(call->name));
	case KIND_STRINGS: return draw_strings(w);
	case KIND_POINTER: return choose_pointer(w, call, a);
	default:	   return draw_value(w);
	}
}

/* Not: signals to the world or to the supervisor, a handler of SIGIO elsewhere, more than is there to write on. */
static void tame(struct worker *w, const struct call *call, uint64_t *v)
{
	static const char *const types[] = { "tmpfs", "proc", "tmpfs", "devpts", "nosuchfs" };
	uint64_t at = ARENA + draw(w, ARENA_PAGES) * PAGE;

	if (!strcmp(call->name, "fcntl") && (v[1] == 8 || v[1] == 15))
		v[2] = v[1] == 8 ? draw_pid(w) : 0;
	if (!strcmp(call->name, "fcntl") && (v[1] == 5 || v[1] == 6 || v[1] == 7 || (v[1] >= 36 && v[1] <= 38))) {
		put32(at, draw(w, 3) | draw(w, 3) << 16);
		put64(at + 8, draw(w, 4) ? draw(w, 100) : draw_value(w));
		put64(at + 16, draw(w, 4) ? draw(w, 100) : draw_value(w));
		put32(at + 24, 0);
		v[2] = at;
	}
	if (!strcmp(call->name, "ioctl") && (v[1] == 0x8901 || v[1] == 0x8902)) {
		put32(at, draw_pid(w));
		v[2] = at;
	} else if (!strcmp(call->name, "ioctl") && draw(w, 2)) {
		fill_anything(w, at);
		v[2] = at;
	}
	if (!strcmp(call->name, "mount")) {
		memcpy((char *)at, types[draw(w, 5)], 9);
		v[2] = at;
		v[4] = draw(w, 4) ? 0 : v[4];
	}
	if ((!strcmp(call->name, "open") || !strcmp(call->name, "openat")) && draw(w, 64))
		v[call->name[4] ? 2 : 1] |= O_NONBLOCK;
	if ((!strcmp(call->name, "setpriority") || !strcmp(call->name, "getpriority")) && v[0] > 1)
		v[0] = 0;
}

static void protect_outside(const struct call *call, uint64_t *v)
{
	unsigned at = call->name[4] ? 1 : 0;

	if (strcmp(call->name, "open") && strcmp(call->name, "openat"))
		return;
	if (v[at] >= ARENA && v[at] < ARENA + ARENA_PAGES * PAGE && *(volatile char *)v[at] == '/')
		v[at + 1] &= ~(uint64_t)(O_CREAT | O_TRUNC | O_TMPFILE | 3);
}

void choose_arguments(struct worker *w, const struct call *call, uint64_t *values)
{
	for (unsigned i = 0; i < call->count; i++)
		values[i] = choose(w, call, &call->arguments[i]);
	tame(w, call, values);
	protect_outside(call, values);
}
