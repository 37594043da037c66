/* cd and pwd: the working directory by the name that the user gave it (PWD), or by the one that the file system knows. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sh.h"

/* Takes "." and ".." out of an absolute name, for the logical working directory. */
static void simplify(char *path)
{
	char *out = path, *in = path;

	while (*in) {
		char *end = strchrnul(in + 1, '/');
		size_t n = (size_t)(end - in);

		if (n == 1 || (n == 2 && in[1] == '.')) {
			in = end;
		} else if (n == 3 && in[1] == '.' && in[2] == '.') {
			while (out > path && *--out != '/')
				;
			in = end;
		} else {
			memmove(out, in, n);
			out += n;
			in = end;
		}
	}
	if (out == path)
		*out++ = '/';
	*out = 0;
}

static const char *working_directory(char *buf)
{
	const char *pwd = get_variable("PWD");
	struct stat a, b;

	if (pwd && *pwd == '/' && stat(pwd, &a) == 0 && stat(".", &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev)
		return strlcpy(buf, pwd, PATH_MAX) < PATH_MAX ? buf : NULL;
	return getcwd(buf, PATH_MAX);
}

static int change_directory(const char *target, bool physical, bool print)
{
	char old[PATH_MAX], path[PATH_MAX * 2];

	if (!working_directory(old))
		strcpy(old, "/");
	snprintf(path, sizeof(path), "%s%s%s", *target == '/' ? "" : old, *target == '/' ? "" : "/", target);
	if (!physical)
		simplify(path);
	if (chdir(physical ? target : path) < 0) {
		warn("cd: can't cd to %s", target);
		return 2;
	}
	if (physical && !getcwd(path, sizeof(path)))
		strcpy(path, target);
	set_variable("OLDPWD", old);
	set_variable("PWD", path);
	if (print)
		printf("%s\n", path);
	return 0;
}

/* The directory below an entry of CDPATH, in `path`; *print: the entry was not empty. */
static const char *search_list(const char *target, char *path, size_t size, bool *print)
{
	const char *list = get_variable("CDPATH");
	size_t first = strcspn(target, "/");
	struct stat status;

	if (!first || (first <= 2 && !strncmp(target, "..", first)))
		return target;
	for (; list && *list; list += *list == ':') {
		int n = (int)strcspn(list, ":");

		snprintf(path, size, "%.*s%s%s", n, list, n && list[n - 1] != '/' ? "/" : "", target);
		if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
			*print = n > 0;
			return path;
		}
		list += n;
	}
	return target;
}

/* The letters of options, of which only L and P are known; returns the index of the first operand, or -1 with a message. */
static int parse_options(int argc, char **argv, bool *physical)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--"))
			return i + 1;
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			if (*letter != 'L' && *letter != 'P') {
				warn("%s: Illegal option -%c", argv[0], *letter);
				return -1;
			}
			*physical = *letter == 'P';
		}
	}
	return i;
}

int builtin_cd(int argc, char **argv)
{
	bool physical = false, print = false;
	int i = parse_options(argc, argv, &physical);
	char path[PATH_MAX * 2];
	const char *target;

	if (i < 0)
		return 2;
	target = i < argc ? argv[i] : get_variable("HOME");
	if (target && !strcmp(target, "-")) {
		target = get_variable("OLDPWD");
		print = true;
	} else if (target) {
		target = search_list(target, path, sizeof(path), &print);
	}
	if (!target) {
		warn("cd: %s not set", print ? "OLDPWD" : "HOME");
		return 2;
	}
	return change_directory(target, physical, print);
}

int builtin_pwd(int argc, char **argv)
{
	char path[PATH_MAX];
	const char *directory;
	bool physical = false;

	if (parse_options(argc, argv, &physical) < 0)
		return 2;
	directory = physical ? getcwd(path, sizeof(path)) : working_directory(path);
	if (!directory) {
		warn("pwd: %s", strerror(errno));
		return 1;
	}
	puts(directory);
	return 0;
}
