/* mkdir [-p] [-m MODE] DIRECTORY...: with -p also the parents, and no complaint about what is there. */
#include <sys/stat.h>

#include "tool.h"

static int make_parents(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		int result;

		*slash = 0;
		result = mkdir(path, 0777);
		*slash = '/';
		if (result < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

static void make(char *path, bool parents, mode_t mode)
{
	struct stat status;

	if (parents && make_parents(path) < 0) {
		tool_error(path);
		return;
	}
	if (mkdir(path, mode) == 0)
		return;
	if (parents && errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return;
	tool_error(path);
}

int main(int argc, char **argv)
{
	bool parents = false;
	mode_t mode = 0777;
	int option;

	tool_name = "mkdir";
	while ((option = getopt(argc, argv, "pm:")) >= 0) {
		if (option == 'p')
			parents = true;
		else if (option == 'm')
			mode = (mode_t)strtoul(optarg, NULL, 8);
		else
			return 2;
	}
	if (optind == argc)
		tool_usage("[-p] [-m MODE] DIRECTORY...");
	for (; optind < argc; optind++)
		make(argv[optind], parents, mode);
	return tool_status;
}
