/* The lines that were typed: a ring in memory, and the file $HISTFILE when the user names one. Used only by the editor. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"

#define HISTORY_MAX 1000

static char *lines[HISTORY_MAX];
static size_t first, count;		/* lines[(first + i) % HISTORY_MAX], oldest first */

size_t history_count(void)
{
	return count;
}

const char *history_line(size_t index)
{
	return lines[(first + index) % HISTORY_MAX];
}

/* False when the line is not worth keeping. */
static bool remember(const char *line)
{
	if (!line[strspn(line, " \t")] || (count && !strcmp(history_line(count - 1), line)))
		return false;
	if (count == HISTORY_MAX) {
		free(lines[first]);
		first = (first + 1) % HISTORY_MAX;
		count--;
	}
	lines[(first + count++) % HISTORY_MAX] = xstrdup(line);
	return true;
}

void add_history(const char *line)
{
	const char *path = get_variable("HISTFILE");
	int fd;

	if (!remember(line) || !path || !*path)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	dprintf(fd, "%s\n", line);
	close(fd);
}

void load_history(void)
{
	const char *path = get_variable("HISTFILE");
	FILE *file = path && *path ? fopen(path, "r") : NULL;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!file)
		return;
	while ((n = getline(&line, &size, file)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		remember(line);
	}
	free(line);
	fclose(file);
}

size_t search_history(const char *text, size_t from)
{
	for (size_t i = from; i-- > 0;) {
		if (strstr(history_line(i), text))
			return i;
	}
	return count;
}

int builtin_history(int argc, char **argv)
{
	for (size_t i = 0; i < count; i++)
		printf("%5zu  %s\n", i + 1, history_line(i));
	return 0;
}
