/* Replacing the program. The p forms search PATH; a file without a known format is run by /bin/sh. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "syscall.h"

#define DEFAULT_PATH "/sbin:/bin:/usr/sbin:/usr/bin"

int execve(const char *path, char *const argv[], char *const envp[])
{
	return (int)__sysret(sys(execve, path, argv, envp));
}

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* Tries one path; ENOEXEC means a script without #!. */
static int try_path(const char *path, char *const argv[], char *const envp[])
{
	size_t argc = 0;

	execve(path, argv, envp);
	if (errno != ENOEXEC)
		return -1;
	while (argv[argc])
		argc++;
	{
		const char *script[argc + 3];

		script[0] = "sh";
		script[1] = path;
		for (size_t i = 1; i <= argc; i++)
			script[i + 1] = argv[i];
		script[argc + 2] = NULL;
		return execve("/bin/sh", (char *const *)script, envp);
	}
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
	const char *list = getenv("PATH");
	int denied = 0;

	if (!*file) {
		errno = ENOENT;
		return -1;
	}
	if (strchr(file, '/'))
		return try_path(file, argv, envp);
	for (list = list ? list : DEFAULT_PATH;; list++) {
		size_t length = strcspn(list, ":");
		char path[PATH_MAX];

		if (length + strlen(file) + 2 <= sizeof(path)) {
			memcpy(path, list, length);
			strcpy(path + length, length ? "/" : "");
			strcat(path, file);
			try_path(path, argv, envp);
			denied |= errno == EACCES;
			if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
				return -1;
		}
		list += length;
		if (!*list)
			break;
	}
	errno = denied ? EACCES : ENOENT;
	return -1;
}

int execvp(const char *file, char *const argv[])
{
	return execvpe(file, argv, environ);
}

static size_t count_arguments(va_list args)
{
	size_t count = 0;

	while (va_arg(args, char *))
		count++;
	return count;
}

static void collect_arguments(char **argv, const char *first, va_list args)
{
	*argv++ = (char *)first;
	while ((*argv++ = va_arg(args, char *)))
		;
}

int execl(const char *path, const char *arg0, ...)
{
	va_list args;
	size_t count;

	va_start(args, arg0);
	count = count_arguments(args);
	va_end(args);
	{
		char *argv[count + 2];

		va_start(args, arg0);
		collect_arguments(argv, arg0, args);
		va_end(args);
		return execv(path, argv);
	}
}

int execlp(const char *file, const char *arg0, ...)
{
	va_list args;
	size_t count;

	va_start(args, arg0);
	count = count_arguments(args);
	va_end(args);
	{
		char *argv[count + 2];

		va_start(args, arg0);
		collect_arguments(argv, arg0, args);
		va_end(args);
		return execvp(file, argv);
	}
}

/* The environment stands behind the NULL that ends the arguments. */
int execle(const char *path, const char *arg0, ...)
{
	va_list args;
	size_t count;

	va_start(args, arg0);
	count = count_arguments(args);
	va_end(args);
	{
		char *argv[count + 2], **envp;

		va_start(args, arg0);
		collect_arguments(argv, arg0, args);
		va_end(args);
		va_start(args, arg0);
		while (va_arg(args, char *))
			;
		envp = va_arg(args, char **);
		va_end(args);
		return execve(path, argv, envp);
	}
}

/* By the descriptor's name in /proc, which is there as long as it is open. */
int fexecve(int fd, char *const argv[], char *const envp[])
{
	char path[32];

	if (fcntl(fd, F_GETFD) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return execve(path, argv, envp);
}
