/* ulimit, umask and times: what the kernel allows, and what was used. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <unistd.h>

#include "sh.h"

static const struct limit {
	char letter;
	int resource;
	unsigned long unit;
	const char *name;
} limits[] = {
	{ 't', RLIMIT_CPU, 1, "time(seconds)" }, { 'f', RLIMIT_FSIZE, 512, "file(blocks)" },
	{ 'd', RLIMIT_DATA, 1024, "data(kbytes)" }, { 's', RLIMIT_STACK, 1024, "stack(kbytes)" },
	{ 'c', RLIMIT_CORE, 512, "coredump(blocks)" }, { 'p', RLIMIT_NPROC, 1, "process" },
	{ 'n', RLIMIT_NOFILE, 1, "nofiles" }, { 'v', RLIMIT_AS, 1024, "vmemory(kbytes)" },
	{ 'l', RLIMIT_MEMLOCK, 1024, "locked memory(kbytes)" }, { 'w', RLIMIT_LOCKS, 1, "locks" },
	{ 'r', RLIMIT_RTPRIO, 1, "rtprio" }, { 'm', RLIMIT_RSS, 1024, "memory(kbytes)" },
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static int show(const struct limit *limit, bool hard, bool with_name)
{
	struct rlimit value;
	rlim_t n;

	if (getrlimit(limit->resource, &value) < 0) {
		warn("ulimit: %s: %s", limit->name, strerror(errno));
		return 1;
	}
	n = hard ? value.rlim_max : value.rlim_cur;
	if (with_name)
		printf("%-22s ", limit->name);
	if (n == RLIM_INFINITY)
		puts("unlimited");
	else
		printf("%lu\n", n / limit->unit);
	return 0;
}

static int change(const struct limit *limit, bool soft, bool hard, const char *text)
{
	struct rlimit value;
	rlim_t n = RLIM_INFINITY;

	if (strcmp(text, "unlimited")) {
		char *end;

		n = strtoul(text, &end, 10);
		if (*end || end == text)
			fail(2, "ulimit: bad number");
		n *= limit->unit;
	}
	if (getrlimit(limit->resource, &value) == 0) {
		if (soft)
			value.rlim_cur = n;
		if (hard)
			value.rlim_max = n;
		if (setrlimit(limit->resource, &value) == 0)
			return 0;
	}
	warn("ulimit: error setting limit (%s)", strerror(errno));
	return 2;
}

int builtin_ulimit(int argc, char **argv)
{
	bool soft = false, hard = false, all = false;
	const struct limit *limit = &limits[1];
	int i = 1, status = 0;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			size_t k = 0;

			while (k < LIMITS && limits[k].letter != *letter)
				k++;
			soft |= *letter == 'S';
			hard |= *letter == 'H';
			all |= *letter == 'a';
			if (k < LIMITS)
				limit = &limits[k];
			else if (!strchr("SHa", *letter))
				fail(2, "ulimit: Illegal option -%c", *letter);
		}
	}
	if (all) {
		for (size_t k = 0; k < LIMITS; k++)
			status |= show(&limits[k], hard && !soft, true);
		return status;
	}
	if (i == argc)
		return show(limit, hard && !soft, false);
	return change(limit, soft || !hard, hard || !soft, argv[i]);
}

/* u=rwx,g=rx,o= of the bits that a mask leaves. */
static void show_allowed(mode_t mask)
{
	for (int i = 0; i < 3; i++) {
		mode_t bits = ~mask >> (6 - 3 * i);

		printf("%c=%s%s%s", "ugo"[i], bits & 4 ? "r" : "", bits & 2 ? "w" : "", bits & 1 ? "x" : "");
		putchar(i < 2 ? ',' : '\n');
	}
}

/* One clause of a symbolic mode, as chmod's; false when it is none. */
static bool apply_clause(const char **text, mode_t *allowed)
{
	mode_t who = 0, bits = 0;
	const char *found;
	char operator;

	for (; **text && (found = strchr("ugoa", **text)); ++*text)
		who |= *found == 'u' ? 0700 : *found == 'g' ? 0070 : *found == 'o' ? 0007 : 0777;
	operator = *(*text)++;
	if (operator != '+' && operator != '-' && operator != '=')
		return false;
	for (; **text && (found = strchr("rwxXugo", **text)); ++*text) {
		switch (*found) {
		case 'r': bits |= 0444; break;
		case 'w': bits |= 0222; break;
		case 'x':
		case 'X': bits |= 0111; break;
		default:
			bits |= (*allowed >> (*found == 'u' ? 6 : *found == 'g' ? 3 : 0) & 7) * 0111;
		}
	}
	who = who ? who : 0777;
	bits &= who;
	*allowed = operator == '+' ? *allowed | bits : operator == '-' ? *allowed & ~bits : (*allowed & ~who) | bits;
	return **text == ',' || !**text;
}

int builtin_umask(int argc, char **argv)
{
	bool symbolic = argc > 1 && !strcmp(argv[1], "-S");
	const char *text = argc > 1 + symbolic ? argv[1 + symbolic] : NULL;
	mode_t mask = umask(0), allowed = ~mask & 0777;
	char *end;

	umask(mask);
	if (!text) {
		if (symbolic)
			show_allowed(mask);
		else
			printf("%04o\n", mask);
		return 0;
	}
	mask = (mode_t)strtoul(text, &end, 8);
	if (*end || mask > 0777) {
		for (const char *at = text; *at; at += *at == ',') {
			if (!apply_clause(&at, &allowed)) {
				warn("umask: Illegal mode: %s", text);
				return 2;
			}
		}
		mask = ~allowed & 0777;
	}
	umask(mask);
	return 0;
}

static void show_time(clock_t ticks, char end)
{
	long per_second = sysconf(_SC_CLK_TCK);

	printf("%ldm%ld.%06lds%c", ticks / per_second / 60, ticks / per_second % 60, ticks % per_second * 1000000 / per_second, end);
}

int builtin_times(int argc, char **argv)
{
	struct tms used;

	times(&used);
	show_time(used.tms_utime, ' ');
	show_time(used.tms_stime, '\n');
	show_time(used.tms_cutime, ' ');
	show_time(used.tms_cstime, '\n');
	return 0;
}
