/* which [-a] NAME...: the programs of $PATH that the names stand for. */
#include <sys/stat.h>

#include "tool.h"

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool find(const char *name, bool all)
{
	const char *list = getenv("PATH");
	bool found = false;

	if (strchr(name, '/')) {
		if (is_program(name))
			puts(name);
		return is_program(name);
	}
	while (list && *list && (all || !found)) {
		size_t n = strcspn(list, ":");
		char *directory = strndup(n ? list : ".", n ? n : 1), *path = tool_join(directory, name);

		if (is_program(path)) {
			puts(path);
			found = true;
		}
		free(path);
		free(directory);
		list += n + (list[n] == ':');
	}
	return found;
}

int main(int argc, char **argv)
{
	bool all = false;
	int option;

	tool_name = "which";
	while ((option = getopt(argc, argv, "a")) >= 0) {
		if (option == '?')
			tool_usage("[-a] NAME...");
		all = true;
	}
	for (; optind < argc; optind++) {
		if (!find(argv[optind], all))
			tool_status = 1;
	}
	return tool_end();
}
