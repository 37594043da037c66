/*
 * posix_spawn by fork and a pipe: the child reports through it what went wrong; execve closes it, which is success. Signals
 * are blocked around the fork, so that no handler of the parent runs in the child.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct __spawn_action {
	struct __spawn_action *next;
	enum { OPEN, CLOSE, DUP, CHDIR } kind;
	int fd, from, flags;
	mode_t mode;
	char path[];
};

int posix_spawnattr_init(posix_spawnattr_t *attributes)
{
	memset(attributes, 0, sizeof(*attributes));
	return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attributes)
{
	return 0;
}

int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags)
{
	attributes->__flags = flags;
	return 0;
}

int posix_spawnattr_setpgroup(posix_spawnattr_t *attributes, pid_t group)
{
	attributes->__group = group;
	return 0;
}

int posix_spawnattr_setsigdefault(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set)
{
	attributes->__default = *set;
	return 0;
}

int posix_spawnattr_setsigmask(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set)
{
	attributes->__mask = *set;
	return 0;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	actions->__first = actions->__last = NULL;
	return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	for (struct __spawn_action *next, *action = actions->__first; action; action = next) {
		next = action->next;
		free(action);
	}
	return posix_spawn_file_actions_init(actions);
}

static int append(posix_spawn_file_actions_t *actions, struct __spawn_action values, const char *path)
{
	struct __spawn_action *action;

	if (values.fd < 0 || values.from < 0)
		return EBADF;
	action = malloc(sizeof(*action) + strlen(path) + 1);
	if (!action)
		return ENOMEM;
	*action = values;
	strcpy(action->path, path);
	if (actions->__last)
		actions->__last->next = action;
	else
		actions->__first = action;
	actions->__last = action;
	return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd, const char *restrict path, int flags,
				     mode_t mode)
{
	return append(actions, (struct __spawn_action){ .kind = OPEN, .fd = fd, .flags = flags, .mode = mode }, path);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
	return append(actions, (struct __spawn_action){ .kind = CLOSE, .fd = fd }, "");
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
	return append(actions, (struct __spawn_action){ .kind = DUP, .fd = to, .from = from }, "");
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions, const char *restrict path)
{
	return append(actions, (struct __spawn_action){ .kind = CHDIR }, path);
}

static bool act(const struct __spawn_action *action)
{
	int fd;

	switch (action->kind) {
	case CLOSE:
		return close(action->fd) == 0;
	case CHDIR:
		return chdir(action->path) == 0;
	case DUP:
		if (action->fd == action->from)
			return fcntl(action->fd, F_SETFD, 0) == 0;
		return dup2(action->from, action->fd) >= 0;
	case OPEN:
		break;
	}
	fd = open(action->path, action->flags, action->mode);
	if (fd < 0 || fd == action->fd)
		return fd >= 0;
	if (dup2(fd, action->fd) < 0)
		return false;
	close(fd);
	return true;
}

static bool set_attributes(const posix_spawnattr_t *a, const sigset_t *mask)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, old;

	for (int sig = 1; sig < NSIG; sig++) {	/* handlers of the parent must not run before execve resets them */
		bool wanted = a && a->__flags & POSIX_SPAWN_SETSIGDEF && sigismember(&a->__default, sig) > 0;

		if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_DFL && (wanted || old.sa_handler != SIG_IGN))
			sigaction(sig, &standard, NULL);
	}
	if (a && a->__flags & POSIX_SPAWN_SETSID && setsid() < 0)
		return false;
	if (a && a->__flags & POSIX_SPAWN_SETPGROUP && setpgid(0, a->__group) < 0)
		return false;
	if (a && a->__flags & POSIX_SPAWN_RESETIDS && (setgid(getgid()) < 0 || setuid(getuid()) < 0))
		return false;
	return sigprocmask(SIG_SETMASK, a && a->__flags & POSIX_SPAWN_SETSIGMASK ? &a->__mask : mask, NULL) == 0;
}

struct request {
	const char *path;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attributes;
	char *const *argv, *const *envp;
	int (*execute)(const char *, char *const[], char *const[]);
};

static _Noreturn void child(const struct request *request, int report, const sigset_t *mask)
{
	const struct __spawn_action *action = request->actions ? request->actions->__first : NULL;
	bool good = set_attributes(request->attributes, mask);
	int error;

	for (; good && action; action = action->next) {
		if (action->fd == report && action->kind != CHDIR) {	/* the program wants this number: report from another */
			report = fcntl(report, F_DUPFD_CLOEXEC, 10);
			good = report >= 0;
		}
		good = good && act(action);
	}
	if (good)
		request->execute(request->path, request->argv, request->envp);
	error = errno;
	write(report, &error, sizeof(error));
	_exit(127);
}

static int spawn(pid_t *pid, const struct request *request)
{
	sigset_t all, mask;
	int fds[2], error = 0, saved = errno;
	pid_t made;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		error = errno;
		errno = saved;
		return error;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	made = fork();
	if (made == 0)
		child(request, fds[1], &mask);
	if (made < 0)
		error = errno;
	close(fds[1]);
	if (made > 0 && read(fds[0], &error, sizeof(error)) == sizeof(error))
		waitpid(made, NULL, 0);
	close(fds[0]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (!error && pid)
		*pid = made;
	errno = saved;
	return error;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
		const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const envp[restrict])
{
	const struct request request = { path, actions, attributes, argv, envp ? envp : environ, execve };

	return spawn(pid, &request);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const envp[restrict])
{
	const struct request request = { file, actions, attributes, argv, envp ? envp : environ, execvpe };

	return spawn(pid, &request);
}
