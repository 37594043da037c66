/*
 * rm [-dfirRv] FILE...: removes files, with -r whole trees, with -d empty directories. -i asks; without it what cannot be
 * written is asked about when standard input is a terminal. -f neither asks nor complains about what is not there.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "ask.h"
#include "tool.h"

static bool recursive, force, ask, told, directories;

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

/* May it go? Asks where that is to be asked. */
static bool is_allowed(const char *path, const struct stat *status, const char *question)
{
	if (force)
		return true;
	if (ask)
		return ask_for(question, path);
	if (S_ISLNK(status->st_mode) || !isatty(0) || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return true;
	return ask_for("remove write-protected", path);
}

static void remove_directory(const char *path, const struct stat *status)
{
	if (!recursive && !directories) {
		errno = EISDIR;
		tool_error(path);
		return;
	}
	if (recursive) {
		if (ask && !force && !ask_for("descend into directory", path))
			return;
		remove_contents(path);
	}
	if (!is_allowed(path, status, "remove directory"))
		return;
	if (rmdir(path) < 0)
		tool_error(path);
	else if (told)
		printf("removed directory '%s'\n", path);
}

static void remove_path(const char *path)
{
	struct stat status;

	if (lstat(path, &status) < 0) {
		if (!force || (errno != ENOENT && errno != ENOTDIR))
			tool_error(path);
		return;
	}
	if (S_ISDIR(status.st_mode)) {
		remove_directory(path, &status);
	} else if (is_allowed(path, &status, "remove")) {
		if (unlink(path) < 0)
			tool_error(path);
		else if (told)
			printf("removed '%s'\n", path);
	}
}

/* POSIX keeps ".", ".." and the root from being removed. */
static bool is_kept(char *path)
{
	const char *base;
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	base = memrchr(path, '/', n);
	base = base && n > 1 ? base + 1 : path;
	n -= (size_t)(base - path);
	return (n == 1 && (*base == '.' || *base == '/')) || (n == 2 && base[0] == '.' && base[1] == '.');
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "rm";
	while ((option = getopt(argc, argv, "dfirRv")) >= 0) {
		switch (option) {
		case 'd': directories = true; break;
		case 'f': force = true, ask = false; break;
		case 'i': ask = true, force = false; break;
		case 'v': told = true; break;
		case 'r':
		case 'R': recursive = true; break;
		default: tool_usage("[-dfirRv] FILE...");
		}
	}
	if (optind == argc && !force)
		tool_usage("[-dfirRv] FILE...");
	for (; optind < argc; optind++) {
		if (is_kept(argv[optind])) {
			fprintf(stderr, "%s: refusing to remove '%s'\n", tool_name, argv[optind]);
			tool_status = 1;
			continue;
		}
		remove_path(argv[optind]);
	}
	return tool_end();
}
