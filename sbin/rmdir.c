/* rmdir [-pv] DIRECTORY...: removes empty directories; -p those above them in the operand, too. */
#include "tool.h"

static bool told;

static bool remove_one(const char *path)
{
	if (told)
		printf("rmdir: removing directory, '%s'\n", path);
	if (rmdir(path) == 0)
		return true;
	tool_error(path);
	return false;
}

/* The operand, then what is left of it when its last component is taken off, and so on. */
static void remove_parents(char *path)
{
	char *slash;

	while (remove_one(path) && (slash = strrchr(path, '/'))) {
		while (slash > path && slash[-1] == '/')
			slash--;
		if (slash == path)
			return;
		*slash = 0;
	}
}

int main(int argc, char **argv)
{
	bool parents = false;
	int option;

	tool_name = "rmdir";
	while ((option = getopt(argc, argv, "pv")) >= 0) {
		if (option == '?')
			tool_usage("[-pv] DIRECTORY...");
		parents |= option == 'p';
		told |= option == 'v';
	}
	if (optind == argc)
		tool_usage("[-pv] DIRECTORY...");
	for (; optind < argc; optind++) {
		if (parents)
			remove_parents(argv[optind]);
		else
			remove_one(argv[optind]);
	}
	return tool_end();
}
