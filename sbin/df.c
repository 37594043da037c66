/* df [-hkP] [FILE]...: the room on file systems, of all that are mounted or of those that hold the files. */
#include <sys/syscall.h>

#include "size.h"
#include "tool.h"

/* What statfs fills in (the Linux ABI); blocks are units of `unit` bytes. */
struct usage {
	long type, block_size;
	unsigned long blocks, free, available, files, files_free;
	long id, name_max, unit, flags, spare[4];
};

static bool human;
static unsigned long unit = 512;

static void show_number(unsigned long bytes)
{
	char text[16];

	if (human)
		printf(" %9s", human_size(bytes, text));
	else
		printf(" %9lu", bytes / unit);
}

static void show(const char *device, const char *mount, const char *path, bool even_empty)
{
	struct usage usage;
	unsigned long block, used, reachable;

	if (syscall(SYS_statfs, path, &usage) < 0) {
		tool_error(path);
		return;
	}
	if (!usage.blocks && !even_empty)
		return;
	block = (unsigned long)(usage.unit ? usage.unit : usage.block_size);
	used = usage.blocks - usage.free;
	reachable = used + usage.available;
	printf("%-15s", device);
	show_number(usage.blocks * block);
	show_number(used * block);
	show_number(usage.available * block);
	if (reachable)
		printf(" %7lu%% %s\n", (used * 100 + reachable - 1) / reachable, mount);
	else
		printf(" %8s %s\n", "-", mount);
}

/* Calls show for every mount, or (path) for the one with the longest name that the path lies in. */
static void show_mounts(const char *path)
{
	char line[1024], best_device[256] = "-", best[256] = "/", absolute[4096], *state, *device, *mount;
	FILE *mounts = fopen("/proc/mounts", "r");

	if (!mounts) {
		tool_error("/proc/mounts");
		return;
	}
	if (path && !realpath(path, absolute)) {
		tool_error(path);
		fclose(mounts);
		return;
	}
	while (fgets(line, sizeof(line), mounts)) {
		device = strtok_r(line, " ", &state);
		mount = strtok_r(NULL, " ", &state);
		if (!mount)
			continue;
		if (!path) {
			show(device, mount, mount, false);
			continue;
		}
		size_t n = strcmp(mount, "/") ? strlen(mount) : 0;

		if (strncmp(absolute, mount, n) || (absolute[n] && absolute[n] != '/') || strlen(mount) < strlen(best))
			continue;
		strlcpy(best, mount, sizeof(best));
		strlcpy(best_device, device, sizeof(best_device));
	}
	fclose(mounts);
	if (path)
		show(best_device, best, path, true);
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "df";
	while ((option = getopt(argc, argv, "hkP")) >= 0) {
		if (option == '?')
			tool_usage("[-hkP] [FILE]...");
		human |= option == 'h';
		if (option == 'k')
			unit = 1024;
	}
	printf("%-15s %9s %9s %9s %8s Mounted on\n", "Filesystem", human ? "Size" : unit == 512 ? "512-blocks" : "1024-blocks",
	       "Used", "Available", "Capacity");
	if (optind == argc)
		show_mounts(NULL);
	for (; optind < argc; optind++)
		show_mounts(argv[optind]);
	return tool_end();
}
