/* cp [-rpa] FROM TO, cp [-rpa] FROM... DIRECTORY: copies files, with -r trees; -p keeps modes, owners and times. */
#include "copy.h"

int main(int argc, char **argv)
{
	struct copy_options options = { 0 };
	struct stat status;
	int option;
	bool into;

	tool_name = "cp";
	while ((option = getopt(argc, argv, "rRpafPd")) >= 0) {
		if (option == '?')
			tool_usage("[-rpa] FROM... TO");
		options.recursive |= option == 'r' || option == 'R' || option == 'a';
		options.preserve |= option == 'p' || option == 'a';
		options.links |= option == 'a' || option == 'P' || option == 'd' || option == 'r' || option == 'R';
	}
	argc -= optind;
	argv += optind;
	if (argc < 2)
		tool_usage("[-rpa] FROM... TO");
	into = stat(argv[argc - 1], &status) == 0 && S_ISDIR(status.st_mode);
	if (argc > 2 && !into)
		tool_fail(1, "%s: is not a directory", argv[argc - 1]);
	for (int i = 0; i < argc - 1; i++) {
		char *to = copy_target(argv[i], argv[argc - 1], into);

		copy_path(argv[i], to, &options);
		free(to);
	}
	return tool_status;
}
