/*
 * df [-ahikPT] [-t TYPE] [FILE]...: the room on file systems, of all that are mounted or of those that hold the files; -i counts
 * files instead, -a shows those without room, too.
 */
#include <sys/statfs.h>

#include "size.h"
#include "tool.h"

/* A row of /proc/mounts. */
struct mounted {
	char device[256], place[4096], type[64];
};

static bool human, all, inodes, show_type;
static const char *wanted_type;
static unsigned long unit = 512;

static void show_number(unsigned long bytes)
{
	char text[16];

	if (inodes)
		printf(" %9lu", bytes);
	else if (human)
		printf(" %9s", human_size(bytes, text));
	else
		printf(" %9lu", bytes / unit);
}

/* Once, before the first row. */
static void print_heading(void)
{
	const char *heading = inodes ? "Inodes" : human ? "Size" : unit == 512 ? "512-blocks" : "1024-blocks";
	static bool printed;

	if (!printed)
		printf("%-15s%s %9s %9s %9s %8s Mounted on\n", "Filesystem", show_type ? " Type     " : "", heading, "Used",
		       "Available", "Capacity");
	printed = true;
}

static void show(const struct mounted *m, const char *path, bool even_empty)
{
	struct statfs usage;
	unsigned long block, total, used, available;

	print_heading();
	if (statfs(path, &usage) < 0) {
		tool_error(path);
		return;
	}
	block = inodes ? 1 : (unsigned long)(usage.f_frsize ? usage.f_frsize : usage.f_bsize);
	total = inodes ? usage.f_files : usage.f_blocks;
	used = total - (inodes ? usage.f_ffree : usage.f_bfree);
	available = inodes ? usage.f_ffree : usage.f_bavail;
	if (!usage.f_blocks && !even_empty)
		return;
	printf("%-15s", m->device);
	if (show_type)
		printf(" %-9s", m->type);
	show_number(total * block);
	show_number(used * block);
	show_number(available * block);
	if (used + available)
		printf(" %7lu%% %s\n", (used * 100 + used + available - 1) / (used + available), m->place);
	else
		printf(" %8s %s\n", "-", m->place);
}

/* "\040" and the like of /proc/mounts, in place. */
static void decode(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*out++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
			text += 3;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
}

static bool next_mount(FILE *mounts, struct mounted *m)
{
	static char line[8192];
	char *state, *device, *place, *type;

	if (!fgets(line, sizeof(line), mounts))
		return false;
	device = strtok_r(line, " ", &state);
	place = strtok_r(NULL, " ", &state);
	type = strtok_r(NULL, " ", &state);
	if (!type)
		return false;
	decode(device);
	decode(place);
	strlcpy(m->device, device, sizeof(m->device));
	strlcpy(m->place, place, sizeof(m->place));
	strlcpy(m->type, type, sizeof(m->type));
	return true;
}

/* Does the absolute path lie in the mount? */
static bool holds(const struct mounted *m, const char *path)
{
	size_t n = strcmp(m->place, "/") ? strlen(m->place) : 0;

	return strncmp(path, m->place, n) == 0 && (!path[n] || path[n] == '/');
}

/* Calls show for every mount, or (path) for the last one with the longest name that the path lies in. */
static void show_mounts(const char *path)
{
	static struct mounted m, best;
	char absolute[4096];
	FILE *mounts = fopen("/proc/mounts", "r");

	if (!mounts) {
		tool_error("/proc/mounts");
		return;
	}
	best = (struct mounted){ "-", "/", "-" };
	if (path && !realpath(path, absolute)) {
		tool_error(path);
		fclose(mounts);
		return;
	}
	while (next_mount(mounts, &m)) {
		if (!path && (!wanted_type || strcmp(wanted_type, m.type) == 0))
			show(&m, m.place, all);
		if (path && holds(&m, absolute) && strlen(m.place) >= strlen(best.place))
			best = m;
	}
	fclose(mounts);
	if (path)
		show(&best, path, true);
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "df";
	while ((option = getopt(argc, argv, "ahikPTt:")) >= 0) {
		if (option == '?')
			tool_usage("[-ahikPT] [-t TYPE] [FILE]...");
		all |= option == 'a';
		human |= option == 'h';
		inodes |= option == 'i';
		show_type |= option == 'T';
		if (option == 'k')
			unit = 1024;
		if (option == 't')
			wanted_type = optarg;
	}
	if (optind == argc)
		show_mounts(NULL);
	for (; optind < argc; optind++)
		show_mounts(argv[optind]);
	return tool_end();
}
