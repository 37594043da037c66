/* Walking folders. The names of a folder are read before it is entered, so one descriptor is open at a time. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A folder that is being walked: following links must not go round in circles. */
struct above {
	const struct above *next;
	dev_t device;
	ino_t inode;
};

struct walk {
	int (*visit)(const char *, const struct stat *, int, struct FTW *);
	int flags;
	dev_t device;		/* of the start */
	char path[PATH_MAX];
};

static int walk(struct walk *w, size_t length, int base, int level, const struct above *above);

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Walks what is in the folder at the path; its names are freed here. */
static int contents(struct walk *w, size_t length, int level, const struct above *above, struct dirent **names, int count)
{
	size_t start = length && w->path[length - 1] == '/' ? length : length + 1;
	int result = 0;

	for (int i = 0; i < count; i++) {
		size_t n = strlen(names[i]->d_name);

		if (!result && !is_dots(names[i]->d_name)) {
			if (start + n >= sizeof(w->path)) {
				errno = ENAMETOOLONG;
				result = -1;
			} else {
				w->path[start - 1] = '/';
				memcpy(w->path + start, names[i]->d_name, n + 1);
				result = walk(w, start + n, (int)start, level + 1, above);
				w->path[length] = 0;
			}
		}
		free(names[i]);
	}
	free(names);
	return result;
}

static int folder(struct walk *w, size_t length, const struct stat *info, struct FTW *place, const struct above *above)
{
	struct above self = { above, info->st_dev, info->st_ino };
	struct dirent **names;
	int count, result;

	for (const struct above *a = above; a; a = a->next) {
		if (a->device == info->st_dev && a->inode == info->st_ino)
			return 0;
	}
	count = scandir(w->path, &names, NULL, NULL);
	if (count < 0)
		return errno == EACCES ? w->visit(w->path, info, FTW_DNR, place) : -1;
	result = w->flags & FTW_DEPTH ? 0 : w->visit(w->path, info, FTW_D, place);
	if (result) {
		while (count)
			free(names[--count]);
		free(names);
		return result;
	}
	result = contents(w, length, place->level, &self, names, count);
	return !result && w->flags & FTW_DEPTH ? w->visit(w->path, info, FTW_DP, place) : result;
}

static int walk(struct walk *w, size_t length, int base, int level, const struct above *above)
{
	struct FTW place = { base, level };
	struct stat info = { 0 };
	int type = FTW_F;

	if (w->flags & FTW_PHYS ? lstat(w->path, &info) < 0 : stat(w->path, &info) < 0) {
		if (!(w->flags & FTW_PHYS) && lstat(w->path, &info) == 0)
			type = FTW_SLN;
		else if (errno == EACCES && level)
			type = FTW_NS;
		else
			return -1;
	}
	if (!level)
		w->device = info.st_dev;
	if (w->flags & FTW_MOUNT && type != FTW_NS && info.st_dev != w->device)
		return 0;
	if (type == FTW_F && S_ISDIR(info.st_mode))
		return folder(w, length, &info, &place, above);
	if (type == FTW_F && S_ISLNK(info.st_mode))
		type = FTW_SL;
	return w->visit(w->path, &info, type, &place);
}

int nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *), int descriptors, int flags)
{
	size_t length = strlen(path);
	struct walk *w;
	const char *slash;
	int result;

	if (length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (flags & ~(FTW_PHYS | FTW_MOUNT | FTW_DEPTH)) {
		errno = EINVAL;
		return -1;
	}
	w = malloc(sizeof(*w));
	if (!w)
		return -1;
	w->visit = visit;
	w->flags = flags;
	memcpy(w->path, path, length + 1);
	while (length > 1 && w->path[length - 1] == '/')
		w->path[--length] = 0;
	slash = strrchr(w->path, '/');
	result = walk(w, length, slash && slash[1] ? (int)(slash + 1 - w->path) : 0, 0, NULL);
	free(w);
	return result;
}

/* The old form has no place for the caller's function but a static one, so one walk at a time, and none inside another. */
static int (*old_visit)(const char *, const struct stat *, int);

static int forward(const char *path, const struct stat *info, int type, struct FTW *place)
{
	return old_visit(path, info, type == FTW_SLN ? FTW_NS : type);
}

int ftw(const char *path, int (*visit)(const char *, const struct stat *, int), int descriptors)
{
	old_visit = visit;
	return nftw(path, forward, descriptors, 0);
}
