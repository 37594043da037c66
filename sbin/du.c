/*
 * du [-a|-s] [-chkx] [FILE]...: the room that trees take, in units of 512 bytes or (-k) 1024. A file with several
 * names counts once. -c adds the sum of all operands.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "size.h"
#include "tool.h"

struct seen {
	struct seen *next;
	dev_t dev;
	ino_t ino;
};

static struct seen *seen[256];
static bool all, only_sum, one_device, human;
static unsigned long unit = 512;

/* True when a file with several names was counted before. */
static bool is_counted(const struct stat *status)
{
	struct seen **bucket = &seen[status->st_ino % 256], *new;

	if (status->st_nlink < 2 || S_ISDIR(status->st_mode))
		return false;
	for (struct seen *s = *bucket; s; s = s->next) {
		if (s->ino == status->st_ino && s->dev == status->st_dev)
			return true;
	}
	new = malloc(sizeof(*new));
	if (!new)
		tool_fail(1, "out of memory");
	*new = (struct seen){ *bucket, status->st_dev, status->st_ino };
	*bucket = new;
	return false;
}

static void show(unsigned long blocks, const char *path)
{
	char text[16];

	if (human)
		printf("%s\t%s\n", human_size(blocks * 512, text), path);
	else
		printf("%lu\t%s\n", (blocks * 512 + unit - 1) / unit, path);
}

/* The blocks of 512 bytes below path. */
static unsigned long measure(const char *path, dev_t device, int depth)
{
	unsigned long blocks = 0;
	struct dirent **entries;
	struct stat status;
	int count = 0;

	if (lstat(path, &status) < 0) {
		tool_error(path);
		return 0;
	}
	if (is_counted(&status) || (depth && one_device && status.st_dev != device))
		return 0;
	blocks = (unsigned long)status.st_blocks;
	if (S_ISDIR(status.st_mode)) {
		count = scandir(path, &entries, NULL, alphasort);
		if (count < 0)
			tool_error(path);
	}
	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, "..")) {
			char *inner = tool_join(path, entries[i]->d_name);

			blocks += measure(inner, status.st_dev, depth + 1);
			free(inner);
		}
		free(entries[i]);
	}
	if (count > 0)
		free(entries);
	if (!depth || (!only_sum && (all || S_ISDIR(status.st_mode))))
		show(blocks, path);
	return blocks;
}

int main(int argc, char **argv)
{
	unsigned long total = 0;
	bool summed = false;
	int option;

	tool_name = "du";
	while ((option = getopt(argc, argv, "acshkx")) >= 0) {
		switch (option) {
		case 'a': all = true; break;
		case 'c': summed = true; break;
		case 's': only_sum = true; break;
		case 'h': human = true; break;
		case 'k': unit = 1024; break;
		case 'x': one_device = true; break;
		default: tool_usage("[-a|-s] [-chkx] [FILE]...");
		}
	}
	if (optind == argc)
		total = measure(".", 0, 0);
	for (; optind < argc; optind++)
		total += measure(argv[optind], 0, 0);
	if (summed)
		show(total, "total");
	return tool_end();
}
