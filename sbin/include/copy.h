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

#include "ask.h"
#include "tool.h"

enum copy_links {
	LINKS_UNSAID, COPY_LINKS, FOLLOW_LINKS, FOLLOW_OPERANDS,	/* as links; what they point to; so for operands alone */
};

struct copy_options {
	bool recursive, preserve, force, ask, spare, update, hard, symbolic, told;
	enum copy_links links;
};

typedef void (*copier)(const char *from, const char *to, const struct copy_options *options);

static void copy_path(const char *from, const char *to, const struct copy_options *options, int depth);

static UNUSED bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return lstat(a, &x) == 0 && lstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void tell_same_file(const char *from, const char *to)
{
	fprintf(stderr, "%s: '%s' and '%s' are the same file\n", tool_name, from, to);
	tool_status = 1;
}

static void copy_contents(const char *from, const char *to, const struct copy_options *options, int depth)
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

			copy_path(inner_from, inner_to, options, depth + 1);
			free(inner_from);
			free(inner_to);
		}
		free(entries[i]);
	}
	free(entries);
}

static void copy_file(const char *from, const char *to, const struct stat *status, const struct copy_options *options)
{
	int in = open(from, O_RDONLY), out;
	bool reading;

	if (in < 0) {
		tool_error(from);
		return;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	if (out < 0 && options->force && unlink(to) == 0)
		out = open(to, O_WRONLY | O_CREAT | O_EXCL, status->st_mode & 0777);
	if (out < 0)
		tool_error(to);
	else if (tool_copy(in, out, &reading) < 0)
		tool_error(reading ? from : to);
	if (out >= 0 && close(out) < 0)
		tool_error(to);
	close(in);
}

static void copy_link(const char *from, const char *to, const struct copy_options *options)
{
	char target[PATH_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0) {
		tool_error(from);
		return;
	}
	target[n] = 0;
	if (options->recursive)
		unlink(to);
	if (symlink(target, to) < 0)
		tool_error(to);
}

/* True when `path`, a directory to come or an existing one, lies in the directory that `status` describes. */
static bool lies_in(const char *path, const struct stat *status)
{
	char absolute[PATH_MAX], *slash = NULL, *copy = strdup(path);
	struct stat above;

	if (copy && !realpath(copy, absolute)) {
		slash = strrchr(copy, '/');
		if (slash)
			*slash = 0;
		if (!realpath(slash ? copy : ".", absolute))
			*absolute = 0;
	}
	free(copy);
	while (*absolute) {
		if (stat(absolute, &above) == 0 && above.st_dev == status->st_dev && above.st_ino == status->st_ino)
			return true;
		slash = strrchr(absolute, '/');
		*slash = 0;
	}
	return false;
}

static void copy_directory(const char *from, const char *to, const struct stat *status, const struct copy_options *options,
			   int depth)
{
	struct stat target;

	if (!options->recursive) {
		fprintf(stderr, "%s: %s: is a directory (not copied without -r)\n", tool_name, from);
		tool_status = 1;
		return;
	}
	if (!depth && lies_in(to, status)) {
		fprintf(stderr, "%s: cannot copy a directory, '%s', into itself, '%s'\n", tool_name, from, to);
		tool_status = 1;
		return;
	}
	if (stat(to, &target) == 0 && S_ISDIR(target.st_mode)) {
		copy_contents(from, to, options, depth);
		return;
	}
	if (mkdir(to, (status->st_mode & 0777) | S_IRWXU) < 0) {
		tool_error(to);
		return;
	}
	if (options->told)
		printf("'%s' -> '%s'\n", from, to);
	copy_contents(from, to, options, depth);
	if ((status->st_mode & S_IRWXU) != S_IRWXU)
		chmod(to, status->st_mode & 07777);
}

/* Keeps owner, mode and times; a program of somebody else whose owner cannot be kept loses its set-ID bits. */
static void keep_status(const char *to, const struct stat *status)
{
	struct timespec times[2] = { status->st_atim, status->st_mtim };
	mode_t mode = status->st_mode & 07777;

	if (lchown(to, status->st_uid, status->st_gid) < 0)
		mode &= 01777;
	if (!S_ISLNK(status->st_mode) && chmod(to, mode) < 0)
		tool_error(to);
	utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW);
}

/* Whether what is at `to` may be replaced; tells when it is the same file. */
static bool may_replace(const char *from, const char *to, const struct stat *status, const struct copy_options *options)
{
	struct stat target;

	if (stat(to, &target) < 0)
		return true;
	if (options->spare)
		return false;
	if (target.st_dev == status->st_dev && target.st_ino == status->st_ino) {
		tell_same_file(from, to);
		return false;
	}
	if (options->update && (target.st_mtim.tv_sec > status->st_mtim.tv_sec ||
				(target.st_mtim.tv_sec == status->st_mtim.tv_sec &&
				 target.st_mtim.tv_nsec >= status->st_mtim.tv_nsec)))
		return false;
	return !options->ask || ask_for("overwrite", to);
}

static void copy_one(const char *from, const char *to, const struct stat *status, const struct copy_options *options)
{
	if (options->hard || options->symbolic) {
		if ((options->force && unlink(to) < 0 && errno != ENOENT) || (options->hard ? link(from, to) : symlink(from, to)) < 0)
			tool_error(to);
	} else if (S_ISLNK(status->st_mode)) {
		copy_link(from, to, options);
	} else if (options->recursive && !S_ISREG(status->st_mode)) {
		if (mknod(to, status->st_mode, status->st_rdev) < 0)
			tool_error(to);
	} else {
		copy_file(from, to, status, options);
	}
}

static void copy_path(const char *from, const char *to, const struct copy_options *options, int depth)
{
	bool follow = options->links == FOLLOW_LINKS || (options->links == FOLLOW_OPERANDS && !depth);
	int before = tool_status;
	struct stat status;

	if ((follow ? stat(from, &status) : lstat(from, &status)) < 0) {
		tool_error(from);
		return;
	}
	tool_status = 0;
	if (S_ISDIR(status.st_mode)) {
		copy_directory(from, to, &status, options, depth);
	} else {
		if (!may_replace(from, to, &status, options)) {
			tool_status |= before;
			return;
		}
		copy_one(from, to, &status, options);
		if (options->told && !tool_status)
			printf("'%s' -> '%s'\n", from, to);
	}
	if (options->preserve && !tool_status && !options->hard && !options->symbolic)
		keep_status(to, &status);
	tool_status |= before;
}

static UNUSED void copy_operand(const char *from, const char *to, const struct copy_options *options)
{
	copy_path(from, to, options, 0);
}

/*
 * Gives `copy` every operand and where it goes: the last one, or into that or `target` when it is a directory. The target of
 * "directory/." is the directory itself.
 */
static void copy_operands(char **operands, int count, const char *target, const char *usage, const struct copy_options *options,
			  copier copy)
{
	struct stat status;
	bool into;

	if (count < (target ? 1 : 2))
		tool_usage(usage);
	if (!target)
		target = operands[--count];
	into = stat(target, &status) == 0 && S_ISDIR(status.st_mode);
	if (!into && (count > 1 || (*target && target[strlen(target) - 1] == '/' && stat(operands[0], &status) == 0 &&
				    !S_ISDIR(status.st_mode))))
		tool_fail(1, "target '%s' is not a directory", target);
	for (int i = 0; i < count; i++) {
		char *plain = strdup(operands[i]), *to;
		size_t n = plain ? strlen(plain) : 0;

		if (!plain)
			tool_fail(1, "out of memory");
		while (n > 1 && plain[n - 1] == '/')
			plain[--n] = 0;
		to = into ? tool_join(target, tool_base_name(plain)) : strdup(target);
		copy(operands[i], to, options);
		free(to);
		free(plain);
	}
}

#endif
