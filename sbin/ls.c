/*
 * ls [-1aAdFilRrSt] [FILE]...: lists files and directories, one name a line. Options as POSIX has them; owners are
 * shown as numbers.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "mode.h"
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
	else
		snprintf(size, sizeof(size), "%ld", s->st_size);
	date[0] = 0;
	if (localtime_r(&s->st_mtim.tv_sec, &tm)) {
		long age = time(NULL) - s->st_mtim.tv_sec;

		strftime(date, sizeof(date), age < 0 || age > 15768000 ? "%b %e  %Y" : "%b %e %H:%M", &tm);
	}
	printf("%s %3lu %5u %5u %9s %s ", mode, s->st_nlink, s->st_uid, s->st_gid, size, date);
}

static void print_suffix(const struct entry *entry)
{
	mode_t mode = entry->status.st_mode;
	char target[PATH_MAX];
	ssize_t n;

	if (options.classify) {
		char mark = S_ISDIR(mode) ? '/' : S_ISLNK(mode) ? '@' : S_ISFIFO(mode) ? '|' : S_ISSOCK(mode) ? '=' :
			    S_ISREG(mode) && mode & 0111 ? '*' : 0;

		if (mark && !(mark == '@' && options.is_long))
			putchar(mark);
	}
	if (!options.is_long || !S_ISLNK(mode))
		return;
	n = readlink(entry->path, target, sizeof(target));
	if (n >= 0)
		printf(" -> %.*s", (int)n, target);
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

	while ((option = getopt(argc, argv, "1aAdFilnRrSt")) >= 0) {
		switch (option) {
		case 'a': options.all = true; break;
		case 'A': options.almost_all = true; break;
		case 'd': options.directory = true; break;
		case 'F': options.classify = true; break;
		case 'i': options.inode = true; break;
		case 'l':
		case 'n': options.is_long = true; break;
		case 'R': options.recursive = true; break;
		case 'r': options.reverse = true; break;
		case 'S': options.by_size = true; break;
		case 't': options.by_time = true; break;
		case '?':
			tool_usage("[-1aAdFilnRrSt] [FILE]...");
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
