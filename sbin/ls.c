/*
 * ls [-1aACcdFfgHhikLlmnopqRrSstUux] [FILE]...: lists files and directories, in columns on a terminal, else one name a line.
 * Options as POSIX has them; -h gives sizes for people, -U leaves the order as it is.
 */
#include <ctype.h>
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

static bool in_directory;	/* what is added now was found, not named */

static struct {
	bool all, almost_all, directory, classify, inode, is_long, recursive, reverse, by_size, by_time;
	bool numeric, columns, across, human, slash, follow, follow_operands, commas, blocks, no_owner, no_group, unsorted, hide;
	enum { BY_CHANGE_OF_CONTENTS, BY_CHANGE_OF_STATUS, BY_ACCESS } which_time;
} options;

static const char usage[] = "[-1aACcdFfgHhikLlmnopqRrSstUux] [FILE]...";

/* A file that cannot be looked at makes the status 2 when it is an operand, as elsewhere; inside a directory 1. */
static void tell(const char *path)
{
	int status = tool_status;

	tool_error(path);
	tool_status = in_directory && status < 2 ? 1 : 2;
}

static const struct timespec *time_of(const struct entry *entry)
{
	const struct stat *s = &entry->status;

	return options.which_time == BY_ACCESS ? &s->st_atim : options.which_time == BY_CHANGE_OF_STATUS ? &s->st_ctim : &s->st_mtim;
}

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
	if (!((options.follow || (options.follow_operands && !in_directory)) && stat(path, &entry->status) == 0) && lstat(path, &entry->status) < 0) {
		tell(path);
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
		order = time_of(b)->tv_sec - time_of(a)->tv_sec;
		if (!order)
			order = time_of(b)->tv_nsec - time_of(a)->tv_nsec;
	}
	if (!order)
		order = strcmp(a->name, b->name);
	if (options.reverse)
		order = -order;
	return order < 0 ? -1 : order > 0;
}

static void put_account(char *out, size_t size, const char *file, unsigned id)
{
	if (options.numeric)
		snprintf(out, size, "%-8u ", id);
	else
		snprintf(out, size, "%-8s ", name_of(file, id));
}

static void print_long(const struct entry *entry)
{
	const struct stat *s = &entry->status;
	char mode[11], date[32], size[32], owner[64] = "", group[64] = "";
	time_t when = time_of(entry)->tv_sec;
	struct tm tm;

	mode_text(s->st_mode, mode);
	if (S_ISCHR(s->st_mode) || S_ISBLK(s->st_mode))
		snprintf(size, sizeof(size), "%u, %u", major(s->st_rdev), minor(s->st_rdev));
	else if (options.human)
		human_size((unsigned long)s->st_size, size);
	else
		snprintf(size, sizeof(size), "%ld", s->st_size);
	date[0] = 0;
	if (localtime_r(&when, &tm)) {
		long age = time(NULL) - when;

		strftime(date, sizeof(date), age < 0 || age > 15768000 ? "%b %e  %Y" : "%b %e %H:%M", &tm);
	}
	if (!options.no_owner)
		put_account(owner, sizeof(owner), USERS, s->st_uid);
	if (!options.no_group)
		put_account(group, sizeof(group), GROUPS, s->st_gid);
	printf("%s %3lu %s%s%9s %s ", mode, s->st_nlink, owner, group, size, date);
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

/* -q, and always on a terminal: what would move its cursor is a question mark. */
static void put_name(const struct entry *entry)
{
	for (const char *c = entry->name; *c; c++)
		putchar(options.hide && (unsigned char)*c < 128 && !isprint((unsigned char)*c) ? '?' : *c);
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

/* Names down the columns, as many of these as fit; -x: across them. */
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
		size_t end = options.across && (row + 1) * columns < list->count ? (row + 1) * columns : list->count;
		size_t step = options.across ? 1 : rows;

		for (size_t i = options.across ? row * columns : row; i < end; i += step) {
			size_t n = strlen(list->at[i].name) + (mark_of(list->at[i].status.st_mode) != 0);

			put_name(&list->at[i]);
			print_suffix(&list->at[i]);
			if (i + step < end)
				printf("%*s", (int)(widest + 2 - n), "");
		}
		putchar('\n');
	}
}

/* Names behind commas, in lines no longer than the terminal's. */
static void print_commas(const struct list *list)
{
	size_t column = 0;

	for (size_t i = 0; i < list->count; i++) {
		size_t n = strlen(list->at[i].name) + (mark_of(list->at[i].status.st_mode) != 0) + 2;

		if (column && column + n > terminal_width()) {
			putchar('\n');
			column = 0;
		} else if (column) {
			putchar(' ');
		}
		put_name(&list->at[i]);
		print_suffix(&list->at[i]);
		if (i + 1 < list->count)
			putchar(',');
		column += n;
	}
	if (list->count)
		putchar('\n');
}

static void print_list(struct list *list, bool total)
{
	long blocks = 0;

	if (list->count && !options.unsorted)
		qsort(list->at, list->count, sizeof(*list->at), compare);
	for (size_t i = 0; i < list->count; i++)
		blocks += list->at[i].status.st_blocks;
	if ((options.is_long || options.blocks) && total)
		printf("total %ld\n", blocks / 2);
	if (options.commas && !options.is_long) {
		print_commas(list);
		return;
	}
	if (options.columns && !options.is_long && !options.inode && !options.blocks) {
		print_columns(list);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (options.inode)
			printf("%lu ", list->at[i].status.st_ino);
		if (options.blocks)
			printf("%ld ", list->at[i].status.st_blocks / 2);
		if (options.is_long)
			print_long(&list->at[i]);
		put_name(&list->at[i]);
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
		tell(path);
		return;
	}
	if (heading)
		printf("%s%s:\n", first ? "" : "\n", path);
	first = false;
	in_directory = true;
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

	while ((option = getopt(argc, argv, "1aACcdFfgHhikLlmnopqRrSstUux")) >= 0) {
		switch (option) {
		case 'a': options.all = true; break;
		case 'A': options.almost_all = true; break;
		case 'd': options.directory = true; break;
		case 'F': options.classify = true; break;
		case '1': options.columns = false; break;
		case 'x':
		case 'C': options.columns = true; options.across = option == 'x'; break;
		case 'h': options.human = true; break;
		case 'p': options.slash = true; break;
		case 'i': options.inode = true; break;
		case 'n': options.numeric = true; /* fallthrough */
		case 'l': options.is_long = true; break;
		case 'R': options.recursive = true; break;
		case 'r': options.reverse = true; break;
		case 'S': options.by_size = true; break;
		case 't': options.by_time = true; break;
		case 'c': options.which_time = BY_CHANGE_OF_STATUS; break;
		case 'u': options.which_time = BY_ACCESS; break;
		case 'f': options.all = options.unsorted = true; break;
		case 'U': options.unsorted = true; break;
		case 'g': options.no_owner = options.is_long = true; break;
		case 'o': options.no_group = options.is_long = true; break;
		case 'L': options.follow = true; break;
		case 'H': options.follow_operands = true; break;
		case 'k': break;	/* blocks are of 1024 bytes anyway */
		case 'm': options.commas = true; break;
		case 'q': options.hide = true; break;
		case 's': options.blocks = true; break;
		case '?':
			tool_usage(usage);
		}
	}
}

/* A directory that is named is listed; through a link only when its entry itself is not asked for. */
static bool is_directory(const char *path)
{
	struct stat status;

	if (options.directory)
		return false;
	return ((options.is_long || options.classify) && !options.follow && !options.follow_operands ? lstat(path, &status) :
		stat(path, &status)) == 0 &&
	       S_ISDIR(status.st_mode);
}

/* The operands that are directories, in order, each under its name when there is more than one operand. */
static void list_directories(char **names, int count, size_t before)
{
	struct list list = { 0 };

	for (int i = 0; i < count; i++) {
		if (is_directory(names[i]))
			add(&list, names[i], strdup(names[i]));
	}
	if (list.count && !options.unsorted)
		qsort(list.at, list.count, sizeof(*list.at), compare);
	if (list.count && before)
		putchar('\n');
	for (size_t i = 0; i < list.count; i++)
		list_directory(list.at[i].path, count > 1 || options.recursive);
	free_list(&list);
}

int main(int argc, char **argv)
{
	struct list files = { 0 };
	int operands;

	tool_name = "ls";
	options.columns = options.hide = isatty(1);
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
	list_directories(argv + optind, operands, files.count);
	free_list(&files);
	return tool_end();
}
