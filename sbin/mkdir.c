/*
 * mkdir [-pv] [-m MODE] DIRECTORY...: with -p also the parents, which their owner may always write and search, and no
 * complaint about what is there. MODE is octal or symbolic, from rwx for all.
 */
#include "symbolic.h"
#include "tool.h"

static bool parents, told;
static const char *wanted;
static mode_t mask;

static int make_one(const char *path, mode_t mode)
{
	if (mkdir(path, mode) < 0)
		return -1;
	if (told)
		printf("mkdir: created directory '%s'\n", path);
	return 0;
}

static int make_parents(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		int result;

		*slash = 0;
		umask(mask & ~0300u);
		result = make_one(path, 0777);
		umask(mask);
		*slash = '/';
		if (result < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

static void make(char *path)
{
	mode_t mode = S_IFDIR | 0777;
	struct stat status;

	if (parents && make_parents(path) < 0) {
		tool_error(path);
		return;
	}
	if (wanted)
		change_mode(wanted, mask, &mode);
	if (make_one(path, mode & 0777) == 0) {
		/* The umask does not apply to a mode that is asked for. */
		if (wanted && chmod(path, mode & 07777) < 0)
			tool_error(path);
		return;
	}
	if (parents && errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return;
	tool_error(path);
}

int main(int argc, char **argv)
{
	mode_t probe = S_IFDIR | 0777;
	int option;

	tool_name = "mkdir";
	mask = umask(0);
	umask(mask);
	while ((option = getopt(argc, argv, "pvm:")) >= 0) {
		switch (option) {
		case 'p': parents = true; break;
		case 'v': told = true; break;
		case 'm': wanted = optarg; break;
		default: tool_usage("[-pv] [-m MODE] DIRECTORY...");
		}
	}
	if (optind == argc)
		tool_usage("[-pv] [-m MODE] DIRECTORY...");
	if (wanted && !change_mode(wanted, mask, &probe))
		tool_fail(1, "invalid mode '%s'", wanted);
	for (; optind < argc; optind++)
		make(argv[optind]);
	return tool_end();
}
