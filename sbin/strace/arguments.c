/*
 * What calls carry, shown by the kinds of abi/syscalls.def. Memory of the traced thread is read by process_vm_readv; what cannot be
 * read is shown as its address.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "strace.h"

#define ELEMENTS_MAX 32		/* of an array that is shown */

size_t argument_string_limit = 32;

/* An argument's text, taken apart. */
struct spec {
	char direction[8];	/* "in", "out", "inout", or empty */
	char kind[24];
	char name[24];
	char count[24];		/* empty without one */
};

static void take_apart(const char *text, struct spec *s)
{
	char first[24] = "", second[24] = "", third[48] = "", *bracket;
	int n = sscanf(text, "%23s %23s %47s", first, second, third);

	memset(s, 0, sizeof(*s));
	if (n == 3) {
		snprintf(s->direction, sizeof(s->direction), "%s", first);
		snprintf(s->kind, sizeof(s->kind), "%s", second);
	} else {
		snprintf(s->kind, sizeof(s->kind), "%s", first);
		snprintf(third, sizeof(third), "%s", second);
	}
	third[strcspn(third, "?")] = '\0';
	bracket = strchr(third, '[');
	if (bracket) {
		*bracket++ = '\0';
		bracket[strcspn(bracket, "]")] = '\0';
		snprintf(s->count, sizeof(s->count), "%s", bracket);
	}
	snprintf(s->name, sizeof(s->name), "%.23s", third);
}

bool argument_is_input(const char *text)
{
	return strncmp(text, "out ", 4) && strncmp(text, "inout ", 6);
}

bool result_is_address(const struct call *call)
{
	static const char *const names[] = { "mmap", "mremap", "brk", "shmat" };

	for (size_t i = 0; call->name && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(call->name, names[i]))
			return true;
	return false;
}

/* ---- Memory ---- */

static size_t read_memory(pid_t pid, unsigned long address, void *buffer, size_t size)
{
	struct iovec own = { buffer, size }, other = { (void *)address, size };
	long n = syscall(SYS_process_vm_readv, pid, &own, 1L, &other, 1L, 0L);

	return n < 0 ? 0 : (size_t)n;
}

static void print_address(FILE *out, unsigned long address)
{
	if (address)
		fprintf(out, "%#lx", address);
	else
		fputs("NULL", out);
}

static void print_escaped(FILE *out, const unsigned char *bytes, size_t n)
{
	static const char escapes[] = "\a\b\t\n\v\f\r", letters[] = "abtnvfr";

	fputc('"', out);
	for (size_t i = 0; i < n; i++) {
		const char *escape = bytes[i] ? strchr(escapes, bytes[i]) : NULL;

		if (escape)
			fprintf(out, "\\%c", letters[escape - escapes]);
		else if (bytes[i] == '"' || bytes[i] == '\\')
			fprintf(out, "\\%c", bytes[i]);
		else if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			fputc(bytes[i], out);
		else
			fprintf(out, i + 1 < n && bytes[i + 1] >= '0' && bytes[i + 1] <= '9' ? "\\%03o" : "\\%o", bytes[i]);
	}
	fputc('"', out);
}

/* `size` bytes, as many as -s allows. */
static void print_bytes(FILE *out, pid_t pid, unsigned long address, size_t size)
{
	size_t shown = size < argument_string_limit ? size : argument_string_limit;
	unsigned char *buffer = malloc(shown + 1);

	if (!buffer || address == 0 || read_memory(pid, address, buffer, shown) != shown) {
		print_address(out, address);
	} else {
		print_escaped(out, buffer, shown);
		if (shown < size)
			fputs("...", out);
	}
	free(buffer);
}

/* A string up to its end, read in parts that do not cross a page. Paths are shown whole. */
static void print_string(FILE *out, pid_t pid, unsigned long address, size_t limit)
{
	unsigned char text[4096];
	size_t have = 0;

	while (have < limit && have < sizeof(text)) {
		size_t part = 256 - (address + have) % 256, n;

		if (part > sizeof(text) - have)
			part = sizeof(text) - have;
		n = read_memory(pid, address + have, text + have, part);
		if (n == 0)
			break;
		if (memchr(text + have, 0, n)) {
			print_escaped(out, text, strlen((char *)text) < limit ? strlen((char *)text) : limit);
			if (strlen((char *)text) > limit)
				fputs("...", out);
			return;
		}
		have += n;
	}
	if (have < limit) {
		print_address(out, address);
		return;
	}
	print_escaped(out, text, limit);
	fputs("...", out);
}

static void print_strings(FILE *out, pid_t pid, unsigned long address, const char *name)
{
	unsigned long element;
	unsigned count = 0;

	if (address == 0) {
		fputs("NULL", out);
		return;
	}
	if (!strcmp(name, "envp")) {
		while (count < 100000 && read_memory(pid, address + count * sizeof(element), &element, sizeof(element)) && element)
			count++;
		fprintf(out, "%#lx /* %u vars */", address, count);
		return;
	}
	fputc('[', out);
	for (; read_memory(pid, address + count * sizeof(element), &element, sizeof(element)) == sizeof(element) && element; count++) {
		fputs(count ? ", " : "", out);
		if (count == ELEMENTS_MAX) {
			fputs("...", out);
			break;
		}
		print_string(out, pid, element, argument_string_limit);
	}
	fputc(']', out);
}

/* ---- Structures, each from a copy of it ---- */

static void print_stat(FILE *out, const void *p)
{
	const struct stat *s = p;

	fputs("{st_mode=", out);
	words_mode(out, s->st_mode);
	fprintf(out, ", st_size=%lld, ...}", (long long)s->st_size);
}

static void print_timespec(FILE *out, const void *p)
{
	const struct timespec *t = p;

	fprintf(out, "{tv_sec=%lld, tv_nsec=%ld}", (long long)t->tv_sec, t->tv_nsec);
}

static void print_timeval(FILE *out, const void *p)
{
	const long *t = p;

	fprintf(out, "{tv_sec=%ld, tv_usec=%ld}", t[0], t[1]);
}

static void print_limit(FILE *out, unsigned long value)
{
	if (value == ~0ul)
		fputs("RLIM_INFINITY", out);
	else
		fprintf(out, "%lu", value);
}

static void print_rlimit(FILE *out, const void *p)
{
	const unsigned long *l = p;

	fputs("{rlim_cur=", out);
	print_limit(out, l[0]);
	fputs(", rlim_max=", out);
	print_limit(out, l[1]);
	fputc('}', out);
}

static void print_sigset(FILE *out, const void *p)
{
	unsigned long set = *(const unsigned long *)p, all = __builtin_popcountl(set) > 32;
	const char *between = "";

	fputs(all ? "~[" : "[", out);
	for (int sig = 1; sig <= 64; sig++)
		if ((set >> (sig - 1) & 1) != all) {
			const char *name = words_signal(sig);

			fprintf(out, "%s%s", between, name + 3);
			between = " ";
		}
	fputc(']', out);
}

static void print_sigaction(FILE *out, const void *p)
{
	const unsigned long *a = p;	/* handler, flags, restorer, mask */

	fputs("{sa_handler=", out);
	if (a[0] > 1)
		fprintf(out, "%#lx", a[0]);
	else
		fputs(a[0] ? "SIG_IGN" : "SIG_DFL", out);
	fputs(", sa_mask=", out);
	print_sigset(out, a + 3);
	fprintf(out, ", sa_flags=%#lx}", a[1]);
}

static void print_int(FILE *out, const void *p)
{
	fprintf(out, "%d", *(const int *)p);
}

static void print_off(FILE *out, const void *p)
{
	fprintf(out, "%ld", *(const long *)p);
}

static void print_pollfd(FILE *out, const void *p)
{
	static const struct {
		short bit;
		const char *name;
	} bits[] = { { POLLIN, "POLLIN" }, { POLLPRI, "POLLPRI" }, { POLLOUT, "POLLOUT" }, { POLLERR, "POLLERR" }, { POLLHUP, "POLLHUP" } };
	const struct pollfd *f = p;
	const char *between = "";

	fprintf(out, "{fd=%d, events=", f->fd);
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (f->events & bits[i].bit) {
			fprintf(out, "%s%s", between, bits[i].name);
			between = "|";
		}
	fprintf(out, *between ? "}" : "0}");
}

static void print_utsname(FILE *out, const void *p)
{
	const struct utsname *u = p;

	fprintf(out, "{sysname=\"%s\", nodename=\"%s\", ...}", u->sysname, u->nodename);
}

static void print_wait_status(FILE *out, int status)
{
	if (WIFEXITED(status))
		fprintf(out, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		fprintf(out, "[{WIFSIGNALED(s) && WTERMSIG(s) == %s}]", words_signal(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		fprintf(out, "[{WIFSTOPPED(s) && WSTOPSIG(s) == %s}]", words_signal(WSTOPSIG(status)));
	else
		fprintf(out, "[%#x]", status);
}

static const struct structure {
	const char *kind;
	size_t size;
	void (*print)(FILE *out, const void *p);
} structures[] = {
	{ "stat", sizeof(struct stat), print_stat },
	{ "timespec", sizeof(struct timespec), print_timespec },
	{ "timeval", sizeof(struct timeval), print_timeval },
	{ "rlimit", 16, print_rlimit },
	{ "sigset", 8, print_sigset },
	{ "sigaction", 32, print_sigaction },
	{ "int", sizeof(int), print_int },
	{ "long", sizeof(long), print_off },
	{ "off", sizeof(long), print_off },
	{ "pollfd", sizeof(struct pollfd), print_pollfd },
	{ "utsname", sizeof(struct utsname), print_utsname },
};

static const struct structure *find_structure(const char *kind)
{
	for (size_t i = 0; i < sizeof(structures) / sizeof(structures[0]); i++)
		if (!strcmp(structures[i].kind, kind))
			return &structures[i];
	return NULL;
}

static void print_iovec(FILE *out, pid_t pid, unsigned long address, size_t count, size_t filled)
{
	struct iovec iov;

	fputc('[', out);
	for (size_t i = 0; i < count && i < ELEMENTS_MAX; i++) {
		if (read_memory(pid, address + i * sizeof(iov), &iov, sizeof(iov)) != sizeof(iov))
			break;
		fputs(i ? ", {iov_base=" : "{iov_base=", out);
		print_bytes(out, pid, (unsigned long)iov.iov_base, iov.iov_len < filled ? iov.iov_len : filled);
		fprintf(out, ", iov_len=%zu}", iov.iov_len);
		filled -= iov.iov_len < filled ? iov.iov_len : filled;
	}
	fputc(']', out);
}

/* ---- Arguments ---- */

/* The value of the argument that counts another one's elements, or the constant. 1 without a count. */
static size_t count_of(const struct tracee *t, const struct call *call, const struct spec *s)
{
	struct spec other;

	if (!s->count[0])
		return 1;
	if (s->count[0] >= '0' && s->count[0] <= '9')
		return (size_t)strtoul(s->count, NULL, 10);
	for (unsigned i = 0; i < call->count; i++) {
		take_apart(call->arguments[i], &other);
		if (!strcmp(other.name, s->count))
			return t->args[i];
	}
	return 0;
}

static void print_structures(FILE *out, const struct tracee *t, const struct structure *kind, unsigned long address, size_t count,
			     bool array)
{
	unsigned char copy[512];

	if (array)
		fputc('[', out);
	for (size_t i = 0; i < count && i < ELEMENTS_MAX; i++) {
		fputs(i ? ", " : "", out);
		if (read_memory(t->pid, address + i * kind->size, copy, kind->size) == kind->size)
			kind->print(out, copy);
		else
			fprintf(out, "%#lx", address + i * kind->size);
	}
	if (array)
		fputc(']', out);
}

static void print_pointer(FILE *out, const struct tracee *t, const struct call *call, const struct spec *s, unsigned long value,
			  long result, bool error)
{
	const struct structure *kind = find_structure(s->kind);
	size_t count = count_of(t, call, s);
	bool filled = strcmp(s->direction, "in") != 0;
	int status;

	if (value == 0 || (filled && error)) {
		print_address(out, value);
	} else if (!strcmp(s->kind, "byte")) {
		print_bytes(out, t->pid, value, filled && (size_t)result < count ? (size_t)result : count);
	} else if (!strcmp(s->kind, "iovec")) {
		print_iovec(out, t->pid, value, count, strstr(call->name, "read") ? (size_t)result : ~(size_t)0);
	} else if (!strcmp(call->name, "wait4") && !strcmp(s->name, "status")) {
		if (result > 0 && read_memory(t->pid, value, &status, sizeof(status)) == sizeof(status))
			print_wait_status(out, status);
		else
			print_address(out, value);
	} else if (kind) {
		print_structures(out, t, kind, value, count, s->count[0] || kind->print == print_int);
	} else {
		print_address(out, value);
	}
}

static void print_value(FILE *out, const struct spec *s, unsigned long value)
{
	if (!strcmp(s->kind, "fd") || !strcmp(s->kind, "int") || !strcmp(s->kind, "pid"))
		fprintf(out, "%d", (int)value);
	else if (!strcmp(s->kind, "dirfd"))
		fprintf(out, (int)value == -100 ? "AT_FDCWD" : "%d", (int)value);
	else if (!strcmp(s->kind, "uint"))
		fprintf(out, (unsigned)value > 4096 ? "%#x" : "%u", (unsigned)value);
	else if (!strcmp(s->kind, "uid") || !strcmp(s->kind, "gid"))
		fprintf(out, (int)value == -1 ? "-1" : "%u", (unsigned)value);
	else if (!strcmp(s->kind, "long") || !strcmp(s->kind, "off"))
		fprintf(out, "%ld", (long)value);
	else if (!strcmp(s->kind, "size"))
		fprintf(out, "%lu", value);
	else if (!strcmp(s->kind, "mode"))
		fprintf(out, "%#o", (unsigned)value);
	else if (!strcmp(s->kind, "signal"))
		fputs(words_signal((int)value), out);
	else if (!strcmp(s->kind, "addr"))
		print_address(out, value);
	else
		fprintf(out, value > 4096 ? "%#lx" : "%lu", value);
}

void argument_print(FILE *out, const struct tracee *t, unsigned index, long result, bool error)
{
	const struct call *call = call_of(t->number);
	unsigned long value = t->args[index];
	struct spec s;

	take_apart(call->arguments[index], &s);
	if (s.direction[0])
		print_pointer(out, t, call, &s, value, result, error);
	else if (!strcmp(s.kind, "path"))
		value ? print_string(out, t->pid, value, 4095) : print_address(out, value);
	else if (!strcmp(s.kind, "strings"))
		print_strings(out, t->pid, value, s.name);
	else if (!words_print(out, call->name, s.name, value))
		print_value(out, &s, value);
}
