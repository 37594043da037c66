/*
 * Walking a tree of files, for programs that visit everything below their operands. Links are visited, not followed, unless
 * the caller asks. What cannot be read is told, counted in tool_status and left out; the rest is still visited. So is a directory
 * that links lead back to from inside of it.
 */
#ifndef TREE_H
#define TREE_H

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "tool.h"

#define WALK_BEFORE 0	/* a directory comes before what is in it; false from the visitor leaves that out */
#define WALK_AFTER  1	/* a directory comes behind what is in it */
#define WALK_FOLLOW 2	/* the operand itself is followed when it is a link */
#define WALK_LINKS  4	/* so is each link that leads somewhere */

typedef bool (*visitor)(const char *path, const struct stat *status, int depth);

/* A file on the way down: it and the directories around it. */
struct walk {
	const struct walk *outer;
	const struct stat *status;
	int flags, depth;
	visitor visit;
};

static void walk_path(const char *path, const struct walk *walk);

static void walk_contents(const char *path, const struct walk *walk)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0) {
		tool_error(path);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, "..")) {
			char *inner = tool_join(path, entries[i]->d_name);
			struct stat status;
			bool followed = walk->flags & WALK_LINKS && stat(inner, &status) == 0;

			if (!followed && lstat(inner, &status) < 0)
				tool_error(inner);
			else
				walk_path(inner, &(struct walk){ walk, &status, walk->flags, walk->depth + 1, walk->visit });
			free(inner);
		}
		free(entries[i]);
	}
	free(entries);
}

static bool walk_is_inside(const struct walk *walk)
{
	for (const struct walk *w = walk->outer; w; w = w->outer) {
		if (w->status->st_dev == walk->status->st_dev && w->status->st_ino == walk->status->st_ino)
			return true;
	}
	return false;
}

static void walk_path(const char *path, const struct walk *walk)
{
	bool enter = true;

	if (walk->flags & WALK_LINKS && walk_is_inside(walk)) {
		errno = ELOOP;
		tool_error(path);
		return;
	}
	if (!(walk->flags & WALK_AFTER))
		enter = walk->visit(path, walk->status, walk->depth);
	if (enter && S_ISDIR(walk->status->st_mode))
		walk_contents(path, walk);
	if (walk->flags & WALK_AFTER)
		walk->visit(path, walk->status, walk->depth);
}

static UNUSED void walk_tree(const char *path, visitor visit, int flags)
{
	struct stat status;

	if ((flags & (WALK_FOLLOW | WALK_LINKS) ? stat(path, &status) : lstat(path, &status)) < 0) {
		tool_error(path);
		return;
	}
	walk_path(path, &(struct walk){ NULL, &status, flags, 0, visit });
}

#endif
