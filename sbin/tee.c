/* tee [-a] [-i] [FILE]...: copies standard input to standard output and to every file. */
#include <fcntl.h>
#include <signal.h>

#include "tool.h"

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR)
			return false;
		bytes += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

int main(int argc, char **argv)
{
	static char buffer[16384];
	int option, flags = O_WRONLY | O_CREAT | O_TRUNC, *fds;
	ssize_t n;

	tool_name = "tee";
	while ((option = getopt(argc, argv, "ai")) >= 0) {
		if (option == 'a')
			flags = O_WRONLY | O_CREAT | O_APPEND;
		else if (option == 'i')
			signal(SIGINT, SIG_IGN);
		else
			tool_usage("[-a] [-i] [FILE]...");
	}
	argv += optind - 1;	/* argv[0] stands for standard output */
	argc -= optind - 1;
	argv[0] = "standard output";
	fds = calloc((size_t)argc, sizeof(*fds));
	if (!fds)
		tool_fail(1, "out of memory");
	fds[0] = 1;
	for (int i = 1; i < argc; i++) {
		fds[i] = open(argv[i], flags, 0666);
		if (fds[i] < 0)
			tool_error(argv[i]);
	}
	while ((n = read(0, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			tool_error("standard input");
			break;
		}
		for (int i = 0; i < argc; i++) {
			if (fds[i] >= 0 && !write_all(fds[i], buffer, (size_t)n)) {
				tool_error(argv[i]);
				fds[i] = -1;
			}
		}
	}
	return tool_status;
}
