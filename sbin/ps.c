/* ps: the processes of the machine, from /proc. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>

#include "tool.h"

/* Reads a small file as a string; its length, or -1. */
static long read_small(const char *pid, const char *name, char *out, size_t size)
{
	char path[300];
	long n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	n = read(fd, out, size - 1);
	close(fd);
	if (n >= 0)
		out[n] = 0;
	return n;
}

/* The rest of the line that starts with `key` in /proc/PID/status, trimmed; "?" when absent. */
static void status_field(const char *status, const char *key, char *out, size_t size)
{
	const char *line = strstr(status, key);
	size_t n;

	strlcpy(out, "?", size);
	if (!line)
		return;
	line += strlen(key);
	line += strspn(line, " \t");
	n = strcspn(line, "\n");
	strlcpy(out, line, n + 1 < size ? n + 1 : size);
}

static void show(const char *pid)
{
	char status[4096], line[1024], name[64], state[32], parent[32], uid[64], memory[32];
	long n = read_small(pid, "status", status, sizeof(status));

	if (n < 0)
		return;
	status_field(status, "Name:", name, sizeof(name));
	status_field(status, "\nState:", state, sizeof(state));
	status_field(status, "\nPPid:", parent, sizeof(parent));
	status_field(status, "\nUid:", uid, sizeof(uid));
	status_field(status, "\nVmRSS:", memory, sizeof(memory));
	uid[strcspn(uid, " \t")] = 0;
	memory[strcspn(memory, " \t")] = 0;
	n = read_small(pid, "cmdline", line, sizeof(line));
	for (long i = 0; i + 1 < n; i++) {
		if (!line[i])
			line[i] = ' ';
	}
	if (n <= 0)
		snprintf(line, sizeof(line), "[%s]", name);
	printf("%7s %7s %5s %c %8s %s\n", pid, parent, uid, state[0], memory, line);
}

static int is_process(const struct dirent *entry)
{
	return isdigit((unsigned char)entry->d_name[0]);
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	return atoi((*a)->d_name) - atoi((*b)->d_name);
}

int main(void)
{
	struct dirent **entries;
	int count;

	tool_name = "ps";
	count = scandir("/proc", &entries, is_process, by_number);
	if (count < 0)
		tool_fail(1, "/proc: %s", strerror(errno));
	printf("    PID    PPID   UID S  RSS(kB) COMMAND\n");
	for (int i = 0; i < count; i++) {
		show(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return tool_end();
}
