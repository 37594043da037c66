/* Whole directories at once. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int alphasort(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_entries(struct dirent **entries, size_t count)
{
	while (count--)
		free(entries[count]);
	free(entries);
}

static struct dirent *copy_entry(const struct dirent *entry)
{
	struct dirent *copy = malloc(entry->d_reclen);

	return copy ? memcpy(copy, entry, entry->d_reclen) : NULL;
}

int scandir(const char *path, struct dirent ***result, int (*select)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	DIR *dir = opendir(path);
	struct dirent **entries = NULL, *entry;
	size_t count = 0;
	int error;

	if (!dir)
		return -1;
	while ((errno = 0, entry = readdir(dir))) {
		struct dirent **grown;

		if (select && !select(entry))
			continue;
		grown = count & (count - 1) ? entries : reallocarray(entries, count ? count * 2 : 1, sizeof(*entries));
		if (!grown)
			break;
		entries = grown;
		entries[count] = copy_entry(entry);
		if (!entries[count])
			break;
		count++;
	}
	error = errno;
	closedir(dir);
	errno = error;
	if (error) {
		free_entries(entries, count);
		return -1;
	}
	if (compare)
		qsort(entries, count, sizeof(*entries), (int (*)(const void *, const void *))compare);
	*result = entries;
	return (int)count;
}
