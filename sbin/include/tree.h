/*
 * Walking a tree of files, for programs that visit everything below their operands. Links are visited, not followed. What
 * cannot be read is told, counted in tool_status and left out; the rest is still visited.
 */
#ifndef TREE_H
#define TREE_H

#include <dirent.h>
#include <sys/stat.h>

#include "tool.h"

#define WALK_BEFORE 0	/* a directory comes before what is in it; false from the visitor leaves that out */
#define WALK_AFTER  1	/* a directory comes behind what is in it */
#define WALK_FOLLOW 2	/* the operand itself is followed when it is a link */

typedef bool (*visitor)(const char *path, const struct stat *status, int depth);

static void walk_path(const char *path, const struct stat *status, visitor visit, int flags, int depth);

static void walk_contents(const char *path, visitor visit, int flags, int depth)
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

			if (lstat(inner, &status) < 0)
				tool_error(inner);
			else
				walk_path(inner, &status, visit, flags, depth + 1);
			free(inner);
		}
		free(entries[i]);
	}
	free(entries);
}

static void walk_path(const char *path, const struct stat *status, visitor visit, int flags, int depth)
{
	bool enter = true;

	if (!(flags & WALK_AFTER))
		enter = visit(path, status, depth);
	if (enter && S_ISDIR(status->st_mode))
		walk_contents(path, visit, flags, depth);
	if (flags & WALK_AFTER)
		visit(path, status, depth);
}

static UNUSED void walk_tree(const char *path, visitor visit, int flags)
{
	struct stat status;

	if ((flags & WALK_FOLLOW ? stat(path, &status) : lstat(path, &status)) < 0) {
		tool_error(path);
		return;
	}
	walk_path(path, &status, visit, flags, 0);
}

#endif
