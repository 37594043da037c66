/* touch [-c] FILE...: sets the times to now; makes files that are not there unless -c. */
#include <fcntl.h>
#include <sys/stat.h>

#include "tool.h"

int main(int argc, char **argv)
{
	bool create = true;
	int option;

	tool_name = "touch";
	while ((option = getopt(argc, argv, "cam")) >= 0) {
		if (option == '?')
			return 2;
		create &= option != 'c';
	}
	if (optind == argc)
		tool_usage("[-c] FILE...");
	for (; optind < argc; optind++) {
		int fd;

		if (utimensat(AT_FDCWD, argv[optind], NULL, 0) == 0)
			continue;
		if (errno != ENOENT || !create) {
			if (errno != ENOENT)
				tool_error(argv[optind]);
			continue;
		}
		fd = open(argv[optind], O_WRONLY | O_CREAT, 0666);
		if (fd < 0)
			tool_error(argv[optind]);
		else
			close(fd);
	}
	return tool_status;
}
