/* ln [-sf] TARGET [NAME], ln [-sf] TARGET... DIRECTORY: makes hard or (-s) symbolic links. */
#include <sys/stat.h>

#include "tool.h"

static bool symbolic, force;

static void make(const char *target, const char *name)
{
	if (force)
		unlink(name);
	if ((symbolic ? symlink(target, name) : link(target, name)) < 0)
		tool_error(name);
}

int main(int argc, char **argv)
{
	struct stat status;
	int option;
	bool into;

	tool_name = "ln";
	while ((option = getopt(argc, argv, "sf")) >= 0) {
		if (option == 's')
			symbolic = true;
		else if (option == 'f')
			force = true;
		else
			tool_usage("[-sf] TARGET... NAME");
	}
	argc -= optind;
	argv += optind;
	if (argc < 1)
		tool_usage("[-sf] TARGET... NAME");
	if (argc == 1) {
		make(argv[0], tool_base_name(argv[0]));
		return tool_status;
	}
	into = stat(argv[argc - 1], &status) == 0 && S_ISDIR(status.st_mode);
	if (argc > 2 && !into)
		tool_fail(1, "%s: is not a directory", argv[argc - 1]);
	for (int i = 0; i < argc - 1; i++) {
		char *name = into ? tool_join(argv[argc - 1], tool_base_name(argv[i])) : strdup(argv[argc - 1]);

		make(argv[i], name);
		free(name);
	}
	return tool_status;
}
