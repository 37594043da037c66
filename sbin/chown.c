/*
 * chown [-h] [-R [-H|-L|-P]] OWNER[:GROUP] FILE..., chown … :GROUP FILE...: changes who owns files; -h the links themselves. -R
 * alone (and -P) changes the links that it meets and follows none; by -H it goes into directories behind operands, by -L behind all
 * links, and with both it changes what links lead to.
 */
#include "names.h"
#include "tree.h"

static long owner = -1, group = -1;
static bool links;		/* change them, not what they lead to */

static bool change(const char *path, const struct stat *status, int depth)
{
	if ((links ? lchown : chown)(path, (uid_t)owner, (gid_t)group) < 0)
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
	bool recursive = false;
	int walk = WALK_BEFORE;
	int option;

	tool_name = "chown";
	while ((option = getopt(argc, argv, "hHLRP")) >= 0) {
		if (option == '?')
			tool_usage("[-h] [-R [-H|-L|-P]] OWNER[:GROUP] FILE...");
		links |= option == 'h';
		recursive |= option == 'R';
		if (strchr("HLP", option))
			walk = option == 'H' ? WALK_FOLLOW : option == 'L' ? WALK_LINKS : WALK_BEFORE;
	}
	if (argc - optind < 2)
		tool_usage("[-h] [-R [-H|-L|-P]] OWNER[:GROUP] FILE...");
	links |= recursive && walk == WALK_BEFORE;
	parse_owner(argv[optind++]);
	for (; optind < argc; optind++) {
		struct stat status;

		if (recursive)
			walk_tree(argv[optind], change, walk);
		else if ((links ? lstat : stat)(argv[optind], &status) < 0)
			tool_error(argv[optind]);
		else
			change(argv[optind], &status, 0);
	}
	return tool_status;
}
