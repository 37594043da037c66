/* Names that match a pattern, component by component. Quoted characters of the pattern carry a backslash. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sh.h"

static bool has_magic(const char *pattern, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pattern[i] == '\\')
			i++;
		else if (strchr("*?[", pattern[i]))
			return true;
	}
	return false;
}

static char *joined(struct arena *arena, const char *prefix, const char *name)
{
	size_t n = strlen(prefix);
	char *path = arena_alloc(arena, n + strlen(name) + 2);

	memcpy(path, prefix, n);
	strcpy(path + n, name);
	return path;
}

static char *unescaped(struct arena *arena, const char *pattern, size_t n)
{
	char *out = arena_alloc(arena, n + 1), *to = out;

	for (size_t i = 0; i < n; i++) {
		if (pattern[i] == '\\' && i + 1 < n)
			i++;
		*to++ = pattern[i];
	}
	return out;
}

static void walk(struct arena *arena, const char *prefix, const char *pattern, struct fields *fields);

/* Goes on behind a component that is known to exist, or to be literal. */
static void descend(struct arena *arena, const char *path, const char *rest, struct fields *fields)
{
	struct stat status;
	size_t slashes = strspn(rest, "/");

	if (!*rest) {
		if (lstat(path, &status) == 0)
			add_field(arena, fields, (char *)path);
		return;
	}
	walk(arena, joined(arena, path, unescaped(arena, rest, slashes)), rest + slashes, fields);
}

static void walk(struct arena *arena, const char *prefix, const char *pattern, struct fields *fields)
{
	size_t n = strcspn(pattern, "/");
	struct dirent *entry;
	char *component;
	DIR *dir;

	if (!n || !has_magic(pattern, n)) {
		descend(arena, joined(arena, prefix, unescaped(arena, pattern, n)), pattern + n, fields);
		return;
	}
	component = arena_text(arena, pattern, n);
	dir = opendir(*prefix ? prefix : ".");
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (fnmatch(component, entry->d_name, FNM_PERIOD) == 0)
			descend(arena, joined(arena, prefix, entry->d_name), pattern + n, fields);
	}
	closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool glob(struct arena *arena, const char *pattern, struct fields *fields)
{
	size_t before = fields->count;

	if (!has_magic(pattern, strlen(pattern)))
		return false;
	walk(arena, "", pattern, fields);
	if (fields->count == before)
		return false;
	qsort(fields->at + before, fields->count - before, sizeof(char *), by_name);
	return true;
}
