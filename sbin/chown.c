/*
 * chown [-h] [-R [-H|-P]] OWNER[:GROUP] FILE..., chown … :GROUP FILE...: changes who owns files; -h the links themselves. With -R
 * links are not followed, but by -H those that are operands.
 */
#include "names.h"
#include "tree.h"

static long owner = -1, group = -1;
static bool links;

static bool change(const char *path, const struct stat *status, int depth)
{
	if ((links || S_ISLNK(status->st_mode) ? lchown : chown)(path, (uid_t)owner, (gid_t)group) < 0)
		tool_error(path);
	return true;
}

static void parse_owner(char *text)
{
	char *colon = strchr(text, ':');

	if (colon)
		*colon = 0;
	if (*text) {
		owner = number_of_name(USERS, text);
		if (owner < 0)
			tool_fail(1, "invalid user: '%s'", text);
	}
	if (colon && colon[1]) {
		group = number_of_name(GROUPS, colon + 1);
		if (group < 0)
			tool_fail(1, "invalid group: '%s'", colon + 1);
	}
}

int main(int argc, char **argv)
{
	bool recursive = false, follow = false;
	int option;

	tool_name = "chown";
	while ((option = getopt(argc, argv, "hHRP")) >= 0) {
		if (option == '?')
			tool_usage("[-h] [-R [-H|-P]] OWNER[:GROUP] FILE...");
		links |= option == 'h';
		recursive |= option == 'R';
		follow = option == 'H' || (follow && option != 'P');
	}
	if (argc - optind < 2)
		tool_usage("[-h] [-R [-H|-P]] OWNER[:GROUP] FILE...");
	parse_owner(argv[optind++]);
	for (; optind < argc; optind++) {
		struct stat status;

		if (recursive)
			walk_tree(argv[optind], change, follow ? WALK_FOLLOW : WALK_BEFORE);
		else if ((links ? lstat : stat)(argv[optind], &status) < 0)
			tool_error(argv[optind]);
		else
			change(argv[optind], &status, 0);
	}
	return tool_status;
}
