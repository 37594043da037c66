/*
 * ls [-1aACdFhilnpRrSt] [FILE]...: lists files and directories, in columns on a terminal, else one name a line. Options
 * as POSIX has them; -h gives sizes for people.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "mode.h"
#include "names.h"
#include "size.h"
#include "tool.h"

struct entry {
	char *name, *path;
	struct stat status;
};

struct list {
	struct entry *at;
	size_t count, size;
};

static struct {
	bool all, almost_all, directory, classify, inode, is_long, recursive, reverse, by_size, by_time;
	bool numeric, columns, human, slash;
} options;

static void add(struct list *list, const char *name, char *path)
{
	struct entry *entry;

	if (list->count == list->size) {
		list->size = list->size ? list->size * 2 : 32;
		list->at = reallocarray(list->at, list->size, sizeof(*list->at));
		if (!list->at)
			tool_fail(1, "out of memory");
	}
	entry = &list->at[list->count];
	entry->name = strdup(name);
	entry->path = path;
	if (lstat(path, &entry->status) < 0) {
		tool_error(path);
		free(entry->name);
		free(path);
		return;
	}
	list->count++;
}

static void free_list(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->at[i].name);
		free(list->at[i].path);
	}
	free(list->at);
}

static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	long order = 0;

	if (options.by_size)
		order = a->status.st_size < b->status.st_size ? 1 : a->status.st_size > b->status.st_size ? -1 : 0;
	else if (options.by_time) {
		order = b->status.st_mtim.tv_sec - a->status.st_mtim.tv_sec;
		if (!order)
			order = b->status.st_mtim.tv_nsec - a->status.st_mtim.tv_nsec;
	}
	if (!order)
		order = strcmp(a->name, b->name);
	if (options.reverse)
		order = -order;
	return order < 0 ? -1 : order > 0;
}

static void print_long(const struct entry *entry)
{
	const struct stat *s = &entry->status;
	char mode[11], date[32], size[32];
	struct tm tm;

	mode_text(s->st_mode, mode);
	if (S_ISCHR(s->st_mode) || S_ISBLK(s->st_mode))
		snprintf(size, sizeof(size), "%u, %u", major(s->st_rdev), minor(s->st_rdev));
	else if (options.human)
		human_size((unsigned long)s->st_size, size);
	else
		snprintf(size, sizeof(size), "%ld", s->st_size);
	date[0] = 0;
	if (localtime_r(&s->st_mtim.tv_sec, &tm)) {
		long age = time(NULL) - s->st_mtim.tv_sec;

		strftime(date, sizeof(date), age < 0 || age > 15768000 ? "%b %e  %Y" : "%b %e %H:%M", &tm);
	}
	if (options.numeric)
		printf("%s %3lu %-8u %-8u %9s %s ", mode, s->st_nlink, s->st_uid, s->st_gid, size, date);
	else
		printf("%s %3lu %-8s %-8s %9s %s ", mode, s->st_nlink, name_of(USERS, s->st_uid), name_of(GROUPS, s->st_gid), size, date);
}

/* What -F and -p put behind a name; 0: nothing. */
static char mark_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return options.classify || options.slash ? '/' : 0;
	if (!options.classify)
		return 0;
	return S_ISLNK(mode) ? (options.is_long ? 0 : '@') : S_ISFIFO(mode) ? '|' : S_ISSOCK(mode) ? '=' :
	       S_ISREG(mode) && mode & 0111 ? '*' : 0;
}

static void print_suffix(const struct entry *entry)
{
	mode_t mode = entry->status.st_mode;
	char target[PATH_MAX];
	ssize_t n;

	if (mark_of(mode))
		putchar(mark_of(mode));
	if (!options.is_long || !S_ISLNK(mode))
		return;
	n = readlink(entry->path, target, sizeof(target));
	if (n >= 0)
		printf(" -> %.*s", (int)n, target);
}

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* Names down the columns, as many of these as fit. */
static void print_columns(const struct list *list)
{
	size_t widest = 0, columns, rows;

	for (size_t i = 0; i < list->count; i++) {
		size_t n = strlen(list->at[i].name) + (mark_of(list->at[i].status.st_mode) != 0);

		widest = n > widest ? n : widest;
	}
	columns = terminal_width() / (widest + 2);
	columns = columns ? columns : 1;
	rows = (list->count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < list->count; i += rows) {
			size_t n = strlen(list->at[i].name) + (mark_of(list->at[i].status.st_mode) != 0);

			fputs(list->at[i].name, stdout);
			print_suffix(&list->at[i]);
			if (i + rows < list->count)
				printf("%*s", (int)(widest + 2 - n), "");
		}
		putchar('\n');
	}
}

static void print_list(struct list *list, bool total)
{
	long blocks = 0;

	if (list->count)
		qsort(list->at, list->count, sizeof(*list->at), compare);
	for (size_t i = 0; i < list->count; i++)
		blocks += list->at[i].status.st_blocks;
	if (options.is_long && total)
		printf("total %ld\n", blocks / 2);
	if (options.columns && !options.is_long && !options.inode) {
		print_columns(list);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (options.inode)
			printf("%lu ", list->at[i].status.st_ino);
		if (options.is_long)
			print_long(&list->at[i]);
		fputs(list->at[i].name, stdout);
		print_suffix(&list->at[i]);
		putchar('\n');
	}
}

static bool is_shown(const char *name)
{
	if (*name != '.' || options.all)
		return true;
	return options.almost_all && strcmp(name, ".") && strcmp(name, "..");
}

static void list_directory(const char *path, bool heading)
{
	static bool first = true;
	struct list list = { 0 };
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir) {
		tool_error(path);
		return;
	}
	if (heading)
		printf("%s%s:\n", first ? "" : "\n", path);
	first = false;
	while ((entry = readdir(dir))) {
		if (is_shown(entry->d_name))
			add(&list, entry->d_name, tool_join(path, entry->d_name));
	}
	closedir(dir);
	print_list(&list, true);
	for (size_t i = 0; options.recursive && i < list.count; i++) {
		const char *name = list.at[i].name;

		if (S_ISDIR(list.at[i].status.st_mode) && strcmp(name, ".") && strcmp(name, ".."))
			list_directory(list.at[i].path, true);
	}
	free_list(&list);
}

static void parse_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "1aACdFhilnpRrSt")) >= 0) {
		switch (option) {
		case 'a': options.all = true; break;
		case 'A': options.almost_all = true; break;
		case 'd': options.directory = true; break;
		case 'F': options.classify = true; break;
		case '1': options.columns = false; break;
		case 'C': options.columns = true; break;
		case 'h': options.human = true; break;
		case 'p': options.slash = true; break;
		case 'i': options.inode = true; break;
		case 'n': options.numeric = true; /* fallthrough */
		case 'l': options.is_long = true; break;
		case 'R': options.recursive = true; break;
		case 'r': options.reverse = true; break;
		case 'S': options.by_size = true; break;
		case 't': options.by_time = true; break;
		case '?':
			tool_usage("[-1aACdFhilnpRrSt] [FILE]...");
		}
	}
}

/* A directory that is named is listed; through a link only when its entry itself is not asked for. */
static bool is_directory(const char *path)
{
	struct stat status;

	if (options.directory)
		return false;
	return (options.is_long || options.classify ? lstat(path, &status) : stat(path, &status)) == 0 &&
	       S_ISDIR(status.st_mode);
}

int main(int argc, char **argv)
{
	struct list files = { 0 };
	int operands;

	tool_name = "ls";
	options.columns = isatty(1);
	parse_options(argc, argv);
	operands = argc - optind;
	if (!operands) {
		if (options.directory)
			add(&files, ".", strdup("."));
		else
			list_directory(".", options.recursive);
	}
	for (int i = optind; i < argc; i++) {
		if (!is_directory(argv[i]))
			add(&files, argv[i], strdup(argv[i]));
	}
	print_list(&files, false);
	if (files.count && operands > (int)files.count)
		putchar('\n');
	for (int i = optind; i < argc; i++) {
		if (is_directory(argv[i]))
			list_directory(argv[i], operands > 1 || options.recursive);
	}
	free_list(&files);
	return tool_end();
}
