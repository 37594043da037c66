/*
 * Programs: where they are in PATH, and becoming one. What was found is remembered (hash); the table is forgotten when PATH
 * changes, and an entry whose file went away is looked up again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sh.h"

struct location {
	struct location *next;
	char *name, *path;
};

static struct location *locations;

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static void free_location(struct location **link)
{
	struct location *location = *link;

	*link = location->next;
	free(location->name);
	free(location->path);
	free(location);
}

void forget_programs(void)
{
	while (locations)
		free_location(&locations);
}

/* The remembered path, or NULL; one that is no program any more is forgotten. */
static const char *remembered(const char *name)
{
	for (struct location **link = &locations; *link; link = &(*link)->next) {
		if (strcmp((*link)->name, name))
			continue;
		if (is_program((*link)->path))
			return (*link)->path;
		free_location(link);
		return NULL;
	}
	return NULL;
}

/* Only absolute names stay right when the working directory changes. */
static void remember(const char *name, const char *path)
{
	struct location *location;

	if (*path != '/')
		return;
	location = xmalloc(sizeof(*location));
	*location = (struct location){ .next = locations, .name = xstrdup(name), .path = xstrdup(path) };
	locations = location;
}

static const char *search(struct arena *arena, const char *name, const char *list)
{
	for (; *list; list += *list == ':') {
		size_t n = strcspn(list, ":");
		char *path = arena_alloc(arena, n + strlen(name) + 3);

		memcpy(path, n ? list : ".", n ? n : 1);
		strcat(path, "/");
		strcat(path, name);
		if (is_program(path))
			return path;
		list += n;
	}
	return NULL;
}

const char *find_program(struct arena *arena, const char *name)
{
	const char *list = get_variable("PATH"), *path;

	if (strchr(name, '/'))
		return arena_text(arena, name, strlen(name));
	path = remembered(name);
	if (path || !*name)
		return path;
	path = search(arena, name, list ? list : "/sbin:/bin:/usr/sbin:/usr/bin");
	if (path)
		remember(name, path);
	return path;
}

/* Is it text? As far as the first line tells. */
static bool is_script(const char *path)
{
	char start[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, start, sizeof(start));

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < n && start[i] != '\n'; i++) {
		if (!start[i])
			return false;
	}
	return true;
}

/* A file that execve does not know: read as commands by this process. */
static _Noreturn void run_script(const char *path, char **argv)
{
	int count = 0;

	while (argv[count])
		count++;
	set_parameters(argv + 1, count - 1);
	shell_name = path;
	exit_shell(run_file(path, true));
}

int exec_program(const char *path, char **argv, struct arena *arena)
{
	int error = ENOENT;

	fflush(stdout);
	if (path) {
		execve(path, argv, make_environment(arena));
		error = errno;
		if (error == ENOEXEC && is_script(path))
			run_script(path, argv);
	}
	if (error == ENOENT)
		warn("%s: not found", argv[0]);
	else
		warn("%s: %s", argv[0], strerror(error));
	return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

int builtin_hash(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int status = 0, i = 1;

	if (i < argc && !strcmp(argv[i], "-r")) {
		forget_programs();
		i++;
	} else if (argc == 1) {
		for (const struct location *location = locations; location; location = location->next)
			puts(location->path);
	}
	for (; i < argc; i++) {
		if (find_builtin(argv[i]) || find_function(argv[i]) || find_program(arena, argv[i]))
			continue;
		warn("hash: %s: not found", argv[i]);
		status = 1;
	}
	arena_release(arena);
	return status;
}
