/*
 * ln [-sfLPnv] TARGET [NAME], ln [-sfLPnv] TARGET... DIRECTORY: makes hard or (-s) symbolic links; -f in the place of what is
 * there, -n takes a NAME that is a link to a directory for the link itself. -L links what a link points to.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "tool.h"

static const char usage[] = "[-sfLPnv] TARGET... NAME";
static bool symbolic, force, told;
static int flags;

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return lstat(a, &x) == 0 && lstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void make(const char *target, const char *name)
{
	struct stat status;

	if (!symbolic && stat(target, &status) < 0 && (flags || lstat(target, &status) < 0)) {
		tool_error(target);
		return;
	}
	if (force && is_same_file(target, name) && !symbolic) {
		fprintf(stderr, "%s: '%s' and '%s' are the same file\n", tool_name, target, name);
		tool_status = 1;
		return;
	}
	if (force)
		unlink(name);
	if ((symbolic ? symlink(target, name) : linkat(AT_FDCWD, target, AT_FDCWD, name, flags)) < 0)
		tool_error(name);
	else if (told)
		printf("'%s' %s '%s'\n", name, symbolic ? "->" : "=>", target);
}

int main(int argc, char **argv)
{
	bool into, kept = false;
	struct stat status;
	int option;

	tool_name = "ln";
	while ((option = getopt(argc, argv, "sfLPnv")) >= 0) {
		switch (option) {
		case 's': symbolic = true; break;
		case 'f': force = true; break;
		case 'L': flags = AT_SYMLINK_FOLLOW; break;
		case 'P': flags = 0; break;
		case 'n': kept = true; break;
		case 'v': told = true; break;
		default: tool_usage(usage);
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 1)
		tool_usage(usage);
	if (argc == 1) {
		make(argv[0], tool_base_name(argv[0]));
		return tool_end();
	}
	into = (kept ? lstat : stat)(argv[argc - 1], &status) == 0 && S_ISDIR(status.st_mode);
	if (argc > 2 && !into)
		tool_fail(1, "%s: is not a directory", argv[argc - 1]);
	for (int i = 0; i < argc - 1; i++) {
		char *name = into ? tool_join(argv[argc - 1], tool_base_name(argv[i])) : strdup(argv[argc - 1]);

		make(argv[i], name);
		free(name);
	}
	return tool_end();
}
