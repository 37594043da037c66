/*
 * File names that match a pattern: one component after the other; a component without special characters is only looked
 * up. A name of PATH_MAX or more cannot exist and is not found.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
	glob_t *result;
	int flags;
	int (*report)(const char *, int);
	char path[PATH_MAX];
};

static int add(struct search *search, const char *name, size_t length, bool folder)
{
	glob_t *result = search->result;
	size_t offset = search->flags & GLOB_DOOFFS ? result->gl_offs : 0;
	char **grown = reallocarray(result->gl_pathv, offset + result->gl_pathc + 2, sizeof(char *));
	char *copy;

	if (!grown)
		return GLOB_NOSPACE;
	if (!result->gl_pathv)
		memset(grown, 0, (offset + 1) * sizeof(char *));
	result->gl_pathv = grown;
	copy = malloc(length + 2);
	if (!copy)
		return GLOB_NOSPACE;
	memcpy(copy, name, length);
	strcpy(copy + length, folder && search->flags & GLOB_MARK && (!length || name[length - 1] != '/') ? "/" : "");
	grown[offset + result->gl_pathc++] = copy;
	grown[offset + result->gl_pathc] = NULL;
	return 0;
}

static bool is_special(const char *component, size_t length, int flags)
{
	for (size_t i = 0; i < length; i++) {
		if (component[i] == '*' || component[i] == '?' || component[i] == '[')
			return true;
		if (component[i] == '\\' && !(flags & GLOB_NOESCAPE))
			i++;
	}
	return false;
}

static int descend(struct search *search, size_t length, const char *pattern);

/* Appends a component to the path and goes on behind it; a name that is not there ends this way. */
static int follow(struct search *search, size_t length, const char *name, size_t name_length, const char *rest)
{
	struct stat info;

	if (length + name_length + 2 > sizeof(search->path))
		return 0;
	memcpy(search->path + length, name, name_length);
	length += name_length;
	search->path[length] = 0;
	if (*rest) {
		while (*rest == '/' && length + 2 < sizeof(search->path))
			search->path[length++] = *rest++;
		search->path[length] = 0;
		return descend(search, length, rest);
	}
	if (lstat(search->path, &info) < 0)
		return 0;
	if (S_ISLNK(info.st_mode) && stat(search->path, &info) < 0)
		info.st_mode = 0;
	return add(search, search->path, length, S_ISDIR(info.st_mode));
}

static int scan_folder(struct search *search, size_t length, const char *component, const char *rest)
{
	int flags = (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) | (search->flags & GLOB_PERIOD ? 0 : FNM_PERIOD);
	DIR *dir = opendir(length ? search->path : ".");
	struct dirent *entry;
	int result = 0;

	if (!dir) {
		int error = errno;

		if (error == ENOENT || error == ENOTDIR)
			return 0;
		if ((search->report && search->report(length ? search->path : ".", error)) || search->flags & GLOB_ERR)
			return GLOB_ABORTED;
		return 0;
	}
	while (!result && (entry = readdir(dir))) {
		if (fnmatch(component, entry->d_name, flags))
			continue;
		if (*rest && entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
			continue;
		result = follow(search, length, entry->d_name, strlen(entry->d_name), rest);
	}
	closedir(dir);
	return result;
}

/* search->path has `length` bytes of finished components; pattern is the rest. */
static int descend(struct search *search, size_t length, const char *pattern)
{
	size_t n = strcspn(pattern, "/"), plain = 0;
	char *component;
	int result;

	search->path[length] = 0;
	if (!*pattern) {
		struct stat info;

		return stat(search->path, &info) < 0 ? 0 : add(search, search->path, length, true);
	}
	component = strndup(pattern, n);
	if (!component)
		return GLOB_NOSPACE;
	if (is_special(pattern, n, search->flags)) {
		result = scan_folder(search, length, component, pattern + n);
	} else {
		for (size_t i = 0; i < n; i++) {
			if (component[i] == '\\' && !(search->flags & GLOB_NOESCAPE) && i + 1 < n)
				i++;
			component[plain++] = component[i];
		}
		result = follow(search, length, component, plain, pattern + n);
	}
	free(component);
	return result;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*report)(const char *path, int error), glob_t *restrict result)
{
	struct search *search = malloc(sizeof(*search));
	size_t before, offset = flags & GLOB_DOOFFS ? result->gl_offs : 0, slashes = strspn(pattern, "/");
	int error;

	if (!search)
		return GLOB_NOSPACE;
	search->result = result;
	search->flags = flags;
	search->report = report;
	if (!(flags & GLOB_APPEND)) {
		result->gl_pathc = 0;
		result->gl_pathv = NULL;
	}
	before = result->gl_pathc;
	if (slashes >= PATH_MAX)
		slashes = PATH_MAX - 1;
	memset(search->path, '/', slashes);
	error = slashes || *pattern ? descend(search, slashes, pattern + slashes) : 0;
	if (!error && result->gl_pathc == before)
		error = flags & GLOB_NOCHECK ? add(search, pattern, strlen(pattern), false) : GLOB_NOMATCH;
	else if (!error && !(flags & GLOB_NOSORT))
		qsort(result->gl_pathv + offset + before, result->gl_pathc - before, sizeof(char *), compare);
	free(search);
	return error;
}

void globfree(glob_t *result)
{
	size_t offset = 0;

	if (!result->gl_pathv)
		return;
	while (result->gl_pathc && !result->gl_pathv[offset])
		offset++;
	for (size_t i = 0; i < result->gl_pathc; i++)
		free(result->gl_pathv[offset + i]);
	free(result->gl_pathv);
	result->gl_pathv = NULL;
	result->gl_pathc = 0;
}
