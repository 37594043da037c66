/* chmod [-Rv] MODE FILE...: changes the modes of files, octal or symbolic (symbolic.h); -R whole trees, links left alone. */
#include "mode.h"
#include "symbolic.h"
#include "tree.h"

static const char *wanted;
static mode_t mask;
static bool told;

static bool change(const char *path, const struct stat *status, int depth)
{
	mode_t mode = status->st_mode;
	char before[11], after[11];

	if (S_ISLNK(mode))
		return true;
	change_mode(wanted, mask, &mode);
	if (chmod(path, mode & 07777) < 0) {
		tool_error(path);
		return true;
	}
	mode_text(status->st_mode, before);
	mode_text(mode, after);
	if (told && mode == status->st_mode)
		printf("mode of '%s' retained as %04o (%s)\n", path, mode & 07777, after + 1);
	else if (told)
		printf("mode of '%s' changed from %04o (%s) to %04o (%s)\n", path, status->st_mode & 07777, before + 1, mode & 07777,
		       after + 1);
	return true;
}

/* A mode that begins with a minus is no option: the index of the first argument that belongs to getopt no more. */
static bool is_mode(const char *text)
{
	return text[0] == '-' && text[1] && strchr("rwxXstugo", text[1]);
}

int main(int argc, char **argv)
{
	bool recursive = false;
	mode_t probe = 0;

	tool_name = "chmod";
	mask = umask(0);
	while (optind < argc && argv[optind][0] == '-' && !is_mode(argv[optind])) {
		int option = getopt(argc, argv, "Rv");

		if (option < 0)
			break;
		if (option == '?')
			tool_usage("[-Rv] MODE FILE...");
		recursive |= option == 'R';
		told |= option == 'v';
	}
	if (argc - optind < 2)
		tool_usage("[-Rv] MODE FILE...");
	wanted = argv[optind++];
	if (!change_mode(wanted, mask, &probe))
		tool_fail(1, "invalid mode: '%s'", wanted);
	for (; optind < argc; optind++) {
		struct stat status;

		if (recursive)
			walk_tree(argv[optind], change, WALK_BEFORE | WALK_FOLLOW);
		else if (stat(argv[optind], &status) < 0)
			tool_error(argv[optind]);
		else
			change(argv[optind], &status, 0);
	}
	return tool_end();
}
