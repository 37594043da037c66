/*
 * mount [-l]; mount [-rwnv] [-t TYPE] [-o OPTION[,OPTION]...] SOURCE DIRECTORY; mount [-o remount,...] DIRECTORY;
 * mount --bind|--rbind|--move OLD NEW; mount --make-private|... DIRECTORY: shows mounts, makes and changes them.
 * mount -a: mounts what /etc/fstab names, but noauto and what is mounted there already.
 */
#include <errno.h>
#include <getopt.h>
#include <sys/mount.h>

#include "tool.h"

#define TABLE "/etc/fstab"

static const struct {
	const char *name;
	unsigned long set, clear;
} options[] = {
	{ "ro", MS_RDONLY, 0 }, { "rw", 0, MS_RDONLY }, { "nosuid", MS_NOSUID, 0 }, { "suid", 0, MS_NOSUID },
	{ "nodev", MS_NODEV, 0 }, { "dev", 0, MS_NODEV }, { "noexec", MS_NOEXEC, 0 }, { "exec", 0, MS_NOEXEC },
	{ "noatime", MS_NOATIME, 0 }, { "atime", 0, MS_NOATIME }, { "nodiratime", MS_NODIRATIME, 0 },
	{ "relatime", MS_RELATIME, 0 }, { "strictatime", MS_STRICTATIME, 0 }, { "nosymfollow", MS_NOSYMFOLLOW, 0 },
	{ "remount", MS_REMOUNT, 0 }, { "bind", MS_BIND, 0 }, { "rbind", MS_BIND | MS_REC, 0 }, { "move", MS_MOVE, 0 },
	{ "silent", MS_SILENT, 0 }, { "defaults", 0, 0 }, { "auto", 0, 0 }, { "noauto", 0, 0 },
	{ "private", MS_PRIVATE, 0 }, { "rprivate", MS_PRIVATE | MS_REC, 0 }, { "slave", MS_SLAVE, 0 },
	{ "rslave", MS_SLAVE | MS_REC, 0 }, { "shared", MS_SHARED, 0 }, { "rshared", MS_SHARED | MS_REC, 0 },
	{ "unbindable", MS_UNBINDABLE, 0 }, { "runbindable", MS_UNBINDABLE | MS_REC, 0 },
};

#define PROPAGATION (MS_PRIVATE | MS_SLAVE | MS_SHARED | MS_UNBINDABLE)

static unsigned long flags;
static char data[4096];		/* what is the file system's own, "a,b" */
static const char *type;

/* One option of -o: a flag, or text for the file system. False when the text has no room. */
static bool take_option(const char *option)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].name, option) == 0) {
			flags = (flags | options[i].set) & ~options[i].clear;
			return true;
		}
	}
	if (*data && strlcat(data, ",", sizeof(data)) >= sizeof(data))
		return false;
	return strlcat(data, option, sizeof(data)) < sizeof(data);
}

static void take_options(char *list)
{
	char *state;

	for (char *option = strtok_r(list, ",", &state); option; option = strtok_r(NULL, ",", &state)) {
		if (!take_option(option)) {
			errno = E2BIG;
			tool_error(option);
			exit(1);
		}
	}
}

/* "source on place type tmpfs (rw,relatime)", of all or of one type. */
static void show(void)
{
	char line[8192], *state;
	FILE *mounts = fopen("/proc/self/mounts", "r");

	if (!mounts) {
		tool_error("/proc/self/mounts");
		return;
	}
	while (fgets(line, sizeof(line), mounts)) {
		char *source = strtok_r(line, " ", &state), *place = strtok_r(NULL, " ", &state);
		char *kind = strtok_r(NULL, " ", &state), *how = strtok_r(NULL, " ", &state);

		if (how && (!type || strcmp(type, kind) == 0))
			printf("%s on %s type %s (%s)\n", source, place, kind, how);
	}
	fclose(mounts);
}

static const struct option long_options[] = {
	{ "bind", no_argument, NULL, 'B' }, { "rbind", no_argument, NULL, 'R' }, { "move", no_argument, NULL, 'M' },
	{ "make-private", no_argument, NULL, 'p' }, { "make-rprivate", no_argument, NULL, 'P' },
	{ "make-slave", no_argument, NULL, 's' }, { "make-rslave", no_argument, NULL, 'S' },
	{ "make-shared", no_argument, NULL, 'h' }, { "make-rshared", no_argument, NULL, 'H' },
	{ "make-unbindable", no_argument, NULL, 'u' }, { "make-runbindable", no_argument, NULL, 'U' },
	{ "types", required_argument, NULL, 't' }, { "options", required_argument, NULL, 'o' },
	{ "read-only", no_argument, NULL, 'r' }, { "rw", no_argument, NULL, 'w' }, { NULL, 0, NULL, 0 },
};

static const struct {
	char letter;
	unsigned long set;
} letters[] = {
	{ 'B', MS_BIND }, { 'R', MS_BIND | MS_REC }, { 'M', MS_MOVE }, { 'p', MS_PRIVATE }, { 'P', MS_PRIVATE | MS_REC },
	{ 's', MS_SLAVE }, { 'S', MS_SLAVE | MS_REC }, { 'h', MS_SHARED }, { 'H', MS_SHARED | MS_REC },
	{ 'u', MS_UNBINDABLE }, { 'U', MS_UNBINDABLE | MS_REC }, { 'r', MS_RDONLY },
};

/* True when something is mounted on a directory. */
static bool is_mounted(const char *place)
{
	char line[8192], *state;
	FILE *mounts = fopen("/proc/self/mounts", "r");
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts)) {
		strtok_r(line, " ", &state);
		found = !strcmp(strtok_r(NULL, " ", &state), place);
	}
	if (mounts)
		fclose(mounts);
	return found;
}

/* One line of the table: "source directory type options …". */
static void mount_line(char *line)
{
	char *state, *source = strtok_r(line, " \t\n", &state), *place = strtok_r(NULL, " \t\n", &state);
	char *list = (type = strtok_r(NULL, " \t\n", &state)) ? strtok_r(NULL, " \t\n", &state) : NULL;

	if (!source || *source == '#')
		return;
	if (!list) {
		fprintf(stderr, "mount: %s: a line has less than four fields\n", TABLE);
		tool_status = 1;
		return;
	}
	if (strstr(list, "noauto") || is_mounted(place))
		return;
	flags = 0;
	*data = 0;
	take_options(list);
	if (mount(source, place, type, flags, *data ? data : NULL) < 0)
		tool_error(place);
}

static void mount_all(void)
{
	char line[8192];
	FILE *table = fopen(TABLE, "r");

	if (!table) {
		tool_error(TABLE);
		return;
	}
	while (fgets(line, sizeof(line), table))
		mount_line(line);
	fclose(table);
}

static bool all;

static void parse(int argc, char **argv)
{
	int letter;

	while ((letter = getopt_long(argc, argv, "aBMRlnvrwt:o:", long_options, NULL)) >= 0) {
		all |= letter == 'a';
		if (letter == '?')
			tool_usage("[-rw] [-t TYPE] [-o OPTIONS] [--bind|--rbind|--move] SOURCE DIRECTORY");
		if (letter == 't')
			type = optarg;
		else if (letter == 'o')
			take_options(optarg);
		else if (letter == 'w')
			flags &= ~(unsigned long)MS_RDONLY;
		for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
			if (letters[i].letter == letter)
				flags |= letters[i].set;
	}
}

int main(int argc, char **argv)
{
	const char *source, *place;
	bool one_name;

	tool_name = "mount";
	parse(argc, argv);
	if (all && optind == argc) {
		mount_all();
		return tool_end();
	}
	if (optind == argc && !flags) {
		show();
		return tool_end();
	}
	one_name = flags & (MS_REMOUNT | PROPAGATION);
	if (argc - optind != 2 && !(one_name && argc - optind == 1))
		tool_usage("[-rw] [-t TYPE] [-o OPTIONS] [--bind|--rbind|--move] SOURCE DIRECTORY");
	source = argc - optind == 2 ? argv[optind] : NULL;
	place = argv[argc - 1];
	/* A bind mount's own flags take a second call, as mount(8) does. */
	if (mount(source, place, type, flags, *data ? data : NULL) < 0 ||
	    ((flags & MS_BIND) && !(flags & MS_REMOUNT) && (flags & ~(MS_BIND | MS_REC | MS_SILENT)) &&
	     mount(NULL, place, NULL, (flags & ~(unsigned long)MS_REC) | MS_REMOUNT, NULL) < 0))
		tool_error(place);
	return tool_end();
}
