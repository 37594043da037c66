/*
 * mv [-finv] FROM... TO: renames; across file systems it copies, trees as well, and then removes. -i asks before something
 * is replaced, -n replaces nothing; without them what cannot be written is asked about on a terminal, unless -f.
 */
#include "copy.h"

static const char usage[] = "[-finv] [-t DIRECTORY] FROM... TO";

static void remove_tree(const char *path)
{
	struct dirent **entries;
	struct stat status;
	int count;

	if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		count = scandir(path, &entries, NULL, NULL);
		for (int i = 0; i < count; i++) {
			char *inner = tool_join(path, entries[i]->d_name);

			if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, ".."))
				remove_tree(inner);
			free(inner);
			free(entries[i]);
		}
		if (count >= 0)
			free(entries);
	}
	if (remove(path) < 0)
		tool_error(path);
}

static bool is_allowed(const char *to, const struct copy_options *options)
{
	struct stat status;

	if (lstat(to, &status) < 0)
		return true;
	if (options->spare)
		return false;
	if (options->ask)
		return ask_for("overwrite", to);
	if (options->force || S_ISLNK(status.st_mode) || !isatty(0) || faccessat(AT_FDCWD, to, W_OK, AT_EACCESS) == 0)
		return true;
	return ask_for("replace write-protected", to);
}

static void move(const char *from, const char *to, const struct copy_options *options)
{
	int before = tool_status;

	if (is_same_file(from, to)) {
		tell_same_file(from, to);
		return;
	}
	if (!is_allowed(to, options))
		return;
	if (rename(from, to) == 0) {
		if (options->told)
			printf("renamed '%s' -> '%s'\n", from, to);
		return;
	}
	if (errno != EXDEV) {
		tool_error(access(from, F_OK) == 0 ? to : from);
		return;
	}
	tool_status = 0;
	copy_operand(from, to, options);
	if (!tool_status)
		remove_tree(from);
	tool_status |= before;
}

int main(int argc, char **argv)
{
	struct copy_options options = { .recursive = true, .preserve = true, .links = COPY_LINKS };
	const char *target = NULL;
	int option;

	tool_name = "mv";
	while ((option = getopt(argc, argv, "fint:v")) >= 0) {
		switch (option) {
		case 'f': options.force = true; options.ask = options.spare = false; break;
		case 'i': options.ask = true; options.force = options.spare = false; break;
		case 'n': options.spare = true; options.force = options.ask = false; break;
		case 't': target = optarg; break;
		case 'v': options.told = true; break;
		default: tool_usage(usage);
		}
	}
	copy_operands(argv + optind, argc - optind, target, usage, &options, move);
	return tool_end();
}
