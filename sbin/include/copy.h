/*
 * Copying of files and trees, for cp and for mv across file systems. Errors are told and counted in tool_status; the
 * rest of the tree is still copied.
 */
#ifndef COPY_H
#define COPY_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "tool.h"

struct copy_options {
	bool recursive, preserve, links;	/* links: a symbolic link is copied as one */
};

static void copy_path(const char *from, const char *to, const struct copy_options *options);

static void copy_contents(const char *from, const char *to, const struct copy_options *options)
{
	struct dirent **entries;
	int count = scandir(from, &entries, NULL, alphasort);

	if (count < 0) {
		tool_error(from);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, "..")) {
			char *inner_from = tool_join(from, entries[i]->d_name), *inner_to = tool_join(to, entries[i]->d_name);

			copy_path(inner_from, inner_to, options);
			free(inner_from);
			free(inner_to);
		}
		free(entries[i]);
	}
	free(entries);
}

static void copy_file(const char *from, const char *to, const struct stat *status)
{
	int in = open(from, O_RDONLY), out;
	struct stat target;
	bool reading;

	if (in < 0) {
		tool_error(from);
		return;
	}
	if (stat(to, &target) == 0 && target.st_dev == status->st_dev && target.st_ino == status->st_ino) {
		fprintf(stderr, "%s: '%s' and '%s' are the same file\n", tool_name, from, to);
		tool_status = 1;
		close(in);
		return;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	if (out < 0)
		tool_error(to);
	else if (tool_copy(in, out, &reading) < 0)
		tool_error(reading ? from : to);
	if (out >= 0 && close(out) < 0)
		tool_error(to);
	close(in);
}

static void copy_link(const char *from, const char *to)
{
	char target[PATH_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0) {
		tool_error(from);
		return;
	}
	target[n] = 0;
	if (symlink(target, to) < 0)
		tool_error(to);
}

static void copy_directory(const char *from, const char *to, const struct stat *status, const struct copy_options *options)
{
	if (!options->recursive) {
		fprintf(stderr, "%s: %s: is a directory (not copied without -r)\n", tool_name, from);
		tool_status = 1;
		return;
	}
	if (mkdir(to, (status->st_mode & 0777) | S_IRWXU) < 0 && errno != EEXIST) {
		tool_error(to);
		return;
	}
	copy_contents(from, to, options);
	chmod(to, status->st_mode & 07777);
}

static void copy_path(const char *from, const char *to, const struct copy_options *options)
{
	struct stat status;

	if ((options->links ? lstat(from, &status) : stat(from, &status)) < 0) {
		tool_error(from);
		return;
	}
	if (S_ISDIR(status.st_mode))
		copy_directory(from, to, &status, options);
	else if (S_ISLNK(status.st_mode))
		copy_link(from, to);
	else if (options->recursive && !S_ISREG(status.st_mode)) {
		if (mknod(to, status.st_mode, status.st_rdev) < 0)
			tool_error(to);
	} else {
		copy_file(from, to, &status);
	}
	if (options->preserve && !S_ISLNK(status.st_mode)) {
		struct timespec times[2] = { status.st_atim, status.st_mtim };

		chown(to, status.st_uid, status.st_gid);
		chmod(to, status.st_mode & 07777);
		utimensat(AT_FDCWD, to, times, 0);
	}
}

/* Where `from` goes under `to`: into it when it is a directory. Allocated. */
static char *copy_target(const char *from, const char *to, bool into)
{
	return into ? tool_join(to, tool_base_name(from)) : strdup(to);
}

#endif
