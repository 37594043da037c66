/* rm [-rf] FILE...: removes files, with -r whole trees; -f does not complain about what is not there. */
#include <dirent.h>
#include <sys/stat.h>

#include "tool.h"

static bool recursive, force;

static void remove_path(const char *path);

static void remove_contents(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, NULL);

	if (count < 0) {
		tool_error(path);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, "..")) {
			char *inner = tool_join(path, entries[i]->d_name);

			remove_path(inner);
			free(inner);
		}
		free(entries[i]);
	}
	free(entries);
}

static void remove_path(const char *path)
{
	struct stat status;

	if (lstat(path, &status) < 0) {
		if (!force || errno != ENOENT)
			tool_error(path);
		return;
	}
	if (S_ISDIR(status.st_mode)) {
		if (!recursive) {
			errno = EISDIR;
			tool_error(path);
			return;
		}
		remove_contents(path);
		if (rmdir(path) < 0)
			tool_error(path);
	} else if (unlink(path) < 0) {
		tool_error(path);
	}
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "rm";
	while ((option = getopt(argc, argv, "rRfi")) >= 0) {
		if (option == 'r' || option == 'R')
			recursive = true;
		else if (option == 'f')
			force = true;
		else
			tool_usage("[-rf] FILE...");
	}
	if (optind == argc && !force)
		tool_usage("[-rf] FILE...");
	for (; optind < argc; optind++) {
		const char *base = tool_base_name(argv[optind]);

		if (!strcmp(base, ".") || !strcmp(base, "..") || !strcmp(argv[optind], "/"))
			tool_fail(1, "refusing to remove '%s'", argv[optind]);
		remove_path(argv[optind]);
	}
	return tool_status;
}
