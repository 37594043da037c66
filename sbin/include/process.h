/* What /proc tells about processes, for ps and top. A process that ends while it is read is left out. */
#ifndef PROCESS_H
#define PROCESS_H

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>

#include "tool.h"

struct process {
	int pid, parent, group, session, terminal, nice, threads;
	unsigned uid;
	char name[32], state, command[256];
	unsigned long ticks;		/* processor time, 1/100 s */
	unsigned long start;		/* since boot, 1/100 s */
	long resident, virtual;		/* KiB */
};

/* Reads /proc/PID/NAME as a string; its length, or -1. */
static long read_process_file(int pid, const char *name, char *out, size_t size)
{
	char path[64];
	long n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	n = read(fd, out, size - 1);
	close(fd);
	if (n >= 0)
		out[n] = 0;
	return n;
}

/* The number behind `key` in /proc/PID/status; 0 when it is absent. */
static long status_number(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? atol(line + strlen(key)) : 0;
}

/* The fields of /proc/PID/stat behind the name, which may hold blanks and parentheses itself. */
static bool parse_stat(struct process *p, char *text)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')'), *at;
	long values[22] = { 0 };

	if (!open || !close)
		return false;
	*close = 0;
	strlcpy(p->name, open + 1, sizeof(p->name));
	p->state = close[2];
	at = close + 3;
	for (size_t i = 0; i < 20; i++)
		values[i] = strtol(at, &at, 10);
	p->parent = (int)values[0];
	p->group = (int)values[1];
	p->session = (int)values[2];
	p->terminal = (int)values[3];
	p->ticks = (unsigned long)(values[10] + values[11]);
	p->nice = (int)values[15];
	p->threads = (int)values[16];
	p->start = (unsigned long)values[18];
	return true;
}

static UNUSED bool read_process(int pid, struct process *p)
{
	char text[4096];
	long n;

	*p = (struct process){ .pid = pid };
	if (read_process_file(pid, "stat", text, sizeof(text)) < 0 || !parse_stat(p, text))
		return false;
	if (read_process_file(pid, "status", text, sizeof(text)) < 0)
		return false;
	p->uid = (unsigned)status_number(text, "\nUid:");
	p->resident = status_number(text, "\nVmRSS:");
	p->virtual = status_number(text, "\nVmSize:");
	n = read_process_file(pid, "cmdline", p->command, sizeof(p->command));
	for (long i = 0; i + 1 < n; i++) {
		if (!p->command[i])
			p->command[i] = ' ';
	}
	if (n <= 0)
		snprintf(p->command, sizeof(p->command), "[%s]", p->name);
	return true;
}

/* All processes in an allocated array, by their numbers; *count of them. */
static UNUSED struct process *read_processes(size_t *count)
{
	struct process *all = NULL;
	struct dirent *entry;
	size_t room = 0;
	DIR *dir = opendir("/proc");

	if (!dir)
		tool_fail(1, "/proc: %s", strerror(errno));
	*count = 0;
	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (*count == room) {
			room = room * 2 + 64;
			all = reallocarray(all, room, sizeof(*all));
			if (!all)
				tool_fail(1, "out of memory");
		}
		*count += read_process(atoi(entry->d_name), &all[*count]);
	}
	closedir(dir);
	return all;
}

#endif
