/* dmesg [-c|-C] [-r] [-w] [-n LEVEL]: shows the kernel's log. */
#include <fcntl.h>
#include <sys/syscall.h>

#include "tool.h"

enum action { READ_ALL = 3, READ_CLEAR = 4, CLEAR = 5, CONSOLE_LEVEL = 8, SIZE_BUFFER = 10 };

static long klog(enum action action, char *buffer, int length)
{
	return syscall(SYS_syslog, action, buffer, length);
}

/* The log's text without the priorities "<N>" in front of its lines. */
static void show(const char *text, size_t length, bool raw)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline ? newline + 1 : end;
		const char *mark = *text == '<' ? memchr(text, '>', (size_t)(stop - text)) : NULL;

		if (mark && !raw)
			text = mark + 1;
		fwrite(text, 1, (size_t)(stop - text), stdout);
		text = stop;
	}
}

static void show_log(enum action action, bool raw)
{
	long size = klog(SIZE_BUFFER, NULL, 0), n;
	char *buffer = size > 0 ? malloc((size_t)size * 2) : NULL;

	if (!buffer)
		tool_fail(1, "cannot tell the log's size: %s", strerror(errno));
	n = klog(action, buffer, (int)(size * 2));
	if (n < 0)
		tool_fail(1, "cannot read the log: %s", strerror(errno));
	show(buffer, (size_t)n, raw);
	free(buffer);
}

/* /dev/kmsg from here on: "PRIORITY,SEQUENCE,MICROSECONDS,-;TEXT" a read. */
static void follow(bool raw)
{
	char record[1024], *text;
	unsigned long long usec;
	unsigned priority;
	int fd = open("/dev/kmsg", O_RDONLY);
	ssize_t n;

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		tool_fail(1, "/dev/kmsg: %s", strerror(errno));
	for (;;) {
		fflush(stdout);
		n = read(fd, record, sizeof(record) - 1);
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n <= 0)
			tool_fail(1, "/dev/kmsg: %s", n < 0 ? strerror(errno) : "it ended");
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || sscanf(record, "%u,%*u,%llu", &priority, &usec) != 2)
			continue;
		if (raw)
			printf("<%u>", priority);
		printf("[%5llu.%06llu] %s", usec / 1000000, usec % 1000000, text + 1);
	}
}

static void set_level(const char *text)
{
	long level = tool_number(text);

	if (klog(CONSOLE_LEVEL, NULL, (int)level) < 0)
		tool_fail(1, "%s: %s", text, strerror(errno));
}

int main(int argc, char **argv)
{
	enum action action = READ_ALL;
	bool raw = false, wait = false;
	int option;

	tool_name = "dmesg";
	while ((option = getopt(argc, argv, "cCn:rw")) != -1) {
		switch (option) {
		case 'c':
			action = READ_CLEAR;
			break;
		case 'C':
			action = CLEAR;
			break;
		case 'n':
			set_level(optarg);
			return 0;
		case 'r':
			raw = true;
			break;
		case 'w':
			wait = true;
			break;
		default:
			tool_usage("[-c|-C] [-r] [-w] [-n LEVEL]");
		}
	}
	if (optind < argc)
		tool_usage("[-c|-C] [-r] [-w] [-n LEVEL]");
	if (action == CLEAR) {
		if (klog(CLEAR, NULL, 0) < 0)
			tool_fail(1, "cannot clear the log: %s", strerror(errno));
		return 0;
	}
	show_log(action, raw);
	if (wait)
		follow(raw);
	return tool_end();
}
