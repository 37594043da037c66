/*
 * Finding a library's file. The order: a name with a slash is a path; else DT_RPATH of the object that wants it and of
 * those that wanted that (unless it has DT_RUNPATH), LD_LIBRARY_PATH, its DT_RUNPATH, /lib, /usr/lib. Under AT_SECURE
 * the environment and $ORIGIN do not count. Usable from stage 1 on.
 */
#include <fcntl.h>

#include "rtld.h"

/* One search: what is looked for, and the directories tried so far, for the message. */
struct search {
	const char *name;
	const char *path;		/* where it was found */
	const char *tried;
};

const char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return join(path, slash == path ? 1 : (size_t)(slash - path), "", 0);
}

static int try_directory(struct search *search, const char *directory, size_t length)
{
	char *base = join(directory, length, "/", length ? 1 : 0);
	char *path = join(base, strlen(base), search->name, strlen(search->name));
	char *tried;
	long fd = sys(open, path, O_RDONLY | O_CLOEXEC, 0);

	if (fd >= 0) {
		search->path = path;
		return (int)fd;
	}
	tried = join(search->tried, strlen(search->tried), *search->tried ? ", " : "", *search->tried ? 2 : 0);
	search->tried = join(tried, strlen(tried), length ? directory : ".", length ? length : 1);
	return -1;
}

/* Length of "$ORIGIN" or "${ORIGIN}" at the start of text, else 0. */
static size_t origin_token(const char *text, size_t length)
{
	if (length >= 9 && !memcmp(text, "${ORIGIN}", 9))
		return 9;
	if (length >= 7 && !memcmp(text, "$ORIGIN", 7))
		return 7;
	return 0;
}

/* The program's directory is asked for only when somebody wants it. */
static const char *origin_of(struct object *owner)
{
	char path[4097];
	long n;

	if (owner->origin || owner != program)
		return owner->origin;
	n = sys(readlink, "/proc/self/exe", path, sizeof(path) - 1);
	if (n <= 0)
		return start_info.exec_name ? directory_of(start_info.exec_name) : NULL;
	path[n] = 0;
	owner->origin = directory_of(path);
	return owner->origin;
}

/* Replaces $ORIGIN; NULL when the entry must be skipped. */
static const char *expand(const char *entry, size_t length, struct object *owner)
{
	const char *out = "";

	while (length) {
		size_t token = origin_token(entry, length);

		if (token) {
			if (start_info.secure || !owner || !origin_of(owner))
				return NULL;
			out = join(out, strlen(out), origin_of(owner), strlen(origin_of(owner)));
		} else {
			token = 1;
			while (token < length && entry[token] != '$')
				token++;
			out = join(out, strlen(out), entry, token);
		}
		entry += token;
		length -= token;
	}
	return out;
}

static int try_list(struct search *search, const char *list, struct object *owner)
{
	while (list && *list) {
		size_t length = strcspn(list, ":;");
		const char *directory = expand(list, length, owner);
		int fd = directory ? try_directory(search, directory, strlen(directory)) : -1;

		if (fd >= 0)
			return fd;
		list += length;
		list += *list != 0;
	}
	return -1;
}

static int try_rpaths(struct search *search, struct object *wanted_by)
{
	if (wanted_by && wanted_by->runpath)
		return -1;
	for (struct object *o = wanted_by; o; o = o->wanted_by) {
		int fd = o->runpath ? -1 : try_list(search, o->rpath, o);

		if (fd >= 0)
			return fd;
	}
	return -1;
}

int open_library(const char *name, struct object *wanted_by, const char **path)
{
	struct search search = { .name = name, .path = name, .tried = "" };
	int fd;

	if (strchr(name, '/')) {
		fd = (int)sys(open, name, O_RDONLY | O_CLOEXEC, 0);
		search.tried = "that path only";
	} else {
		fd = try_rpaths(&search, wanted_by);
		if (fd < 0)
			fd = try_list(&search, start_info.library_path, NULL);
		if (fd < 0 && wanted_by)
			fd = try_list(&search, wanted_by->runpath, wanted_by);
		if (fd < 0)
			fd = try_list(&search, "/lib:/usr/lib", NULL);
	}
	if (fd < 0)
		die("library ", name, " not found (wanted by ", object_name(wanted_by), "; looked in ", search.tried, ")", NULL);
	*path = search.path;
	return fd;
}
