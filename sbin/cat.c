/* cat [-u] [FILE]...: files one after the other to standard output; "-" is standard input. */
#include <fcntl.h>

#include "tool.h"

static void cat(const char *path)
{
	bool reading;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY) : 0;

	if (fd < 0) {
		tool_error(path);
		return;
	}
	if (tool_copy(fd, 1, &reading) < 0) {
		tool_error(reading ? path : "write error");
		if (!reading)
			exit(1);
	}
	if (fd)
		close(fd);
}

int main(int argc, char **argv)
{
	tool_name = "cat";
	while (getopt(argc, argv, "u") >= 0)
		;
	if (optind == argc)
		cat("-");
	for (; optind < argc; optind++)
		cat(argv[optind]);
	return tool_status;
}
