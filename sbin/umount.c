/* umount [-flnR] DIRECTORY...: takes mounts away; -l at once though they are in use, -R with all that is mounted below. */
#include <sys/mount.h>

#include "tool.h"

static int flags;

/* The last mount at or below `place` in the table, decoded into `found`; false when there is none. */
static bool last_below(const char *place, char *found, size_t size)
{
	char line[8192], *state, *mount;
	FILE *mounts = fopen("/proc/self/mounts", "r");
	size_t length = strlen(place);
	bool any = false;

	if (!mounts)
		return false;
	while (fgets(line, sizeof(line), mounts)) {
		strtok_r(line, " ", &state);
		mount = strtok_r(NULL, " ", &state);
		if (!mount || strncmp(mount, place, length) || (mount[length] && mount[length] != '/' && length > 1))
			continue;
		strlcpy(found, mount, size);
		any = true;
	}
	fclose(mounts);
	return any;
}

static void unmount_all(const char *place)
{
	char absolute[4096], found[4096];

	if (!realpath(place, absolute)) {
		tool_error(place);
		return;
	}
	while (last_below(absolute, found, sizeof(found))) {
		if (umount2(found, flags) < 0) {
			tool_error(found);
			return;
		}
	}
}

int main(int argc, char **argv)
{
	bool below = false;
	int option;

	tool_name = "umount";
	while ((option = getopt(argc, argv, "flnRv")) >= 0) {
		if (option == '?')
			tool_usage("[-flnR] DIRECTORY...");
		if (option == 'f')
			flags |= MNT_FORCE;
		if (option == 'l')
			flags |= MNT_DETACH;
		below |= option == 'R';
	}
	if (optind == argc)
		tool_usage("[-flnR] DIRECTORY...");
	for (; optind < argc; optind++) {
		if (below)
			unmount_all(argv[optind]);
		else if (umount2(argv[optind], flags) < 0)
			tool_error(argv[optind]);
	}
	return tool_end();
}
