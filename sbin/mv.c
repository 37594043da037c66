/* mv [-f] FROM... TO: renames; across file systems it copies and then removes regular files. */
#include "copy.h"

static void move(const char *from, const char *to)
{
	const struct copy_options options = { .recursive = false, .preserve = true, .links = true };
	int before = tool_status;

	if (rename(from, to) == 0)
		return;
	if (errno != EXDEV) {
		tool_error(from);
		return;
	}
	tool_status = 0;
	copy_path(from, to, &options);
	if (!tool_status && unlink(from) < 0)
		tool_error(from);
	tool_status |= before;
}

int main(int argc, char **argv)
{
	struct stat status;
	int option;
	bool into;

	tool_name = "mv";
	while ((option = getopt(argc, argv, "f")) >= 0)
		if (option == '?')
		tool_usage("[-f] FROM... TO");
	argc -= optind;
	argv += optind;
	if (argc < 2)
		tool_usage("[-f] FROM... TO");
	into = stat(argv[argc - 1], &status) == 0 && S_ISDIR(status.st_mode);
	if (argc > 2 && !into)
		tool_fail(1, "%s: is not a directory", argv[argc - 1]);
	for (int i = 0; i < argc - 1; i++) {
		char *to = copy_target(argv[i], argv[argc - 1], into);

		move(argv[i], to);
		free(to);
	}
	return tool_status;
}
