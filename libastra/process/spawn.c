/*
 * posix_spawn by fork and a pipe: the child reports through it what went wrong; execve closes it, which is success. Signals
 * are blocked around the fork, so that no handler of the parent runs in the child. No state of the library is shared, so any
 * number of threads may spawn at once. It is no cancellation point: one inside would leave the pipe and the child behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KNOWN_FLAGS \
	(POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID)

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
	if (flags & ~KNOWN_FLAGS)
		return EINVAL;
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
		close(action->fd);	/* what is not open is no error, as glibc has it */
		return true;
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

/* The program's actions count on its own numbers alone: where they name the pipe's, the pipe moves to another. */
static bool make_way(const struct __spawn_action *action, int *report)
{
	int moved;

	if (action->kind == CHDIR || (action->fd != *report && (action->kind != DUP || action->from != *report)))
		return true;
	moved = fcntl(*report, F_DUPFD_CLOEXEC, 10);
	if (moved < 0)
		return false;
	close(*report);
	*report = moved;
	return true;
}

static _Noreturn void child(const struct request *request, int report, const sigset_t *mask)
{
	const struct __spawn_action *action = request->actions ? request->actions->__first : NULL;
	bool good = set_attributes(request->attributes, mask);
	int error;

	for (; good && action; action = action->next)
		good = make_way(action, &report) && act(action);
	if (good)
		request->execute(request->path, request->argv, request->envp);
	error = errno;
	write(report, &error, sizeof(error));
	_exit(127);
}

/* The number that the child reports, or 0 when execve closed its end. */
static int read_report(int fd)
{
	ssize_t count;
	int error;

	do
		count = read(fd, &error, sizeof(error));
	while (count < 0 && errno == EINTR);
	return count == sizeof(error) ? error : 0;
}

/* With signals blocked and cancellation disabled. */
static int spawn_quietly(pid_t *pid, const struct request *request, const sigset_t *mask)
{
	int fds[2], error = 0;
	pid_t made;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return errno;
	made = fork();
	if (made == 0) {
		close(fds[0]);
		child(request, fds[1], mask);
	}
	if (made < 0)
		error = errno;
	close(fds[1]);
	if (made > 0) {
		error = read_report(fds[0]);
		while (error && waitpid(made, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(fds[0]);
	if (!error && pid)
		*pid = made;
	return error;
}

static int spawn(pid_t *pid, const struct request *request)
{
	int error, state, saved = errno;
	sigset_t all, mask;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	error = spawn_quietly(pid, request, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	pthread_setcancelstate(state, NULL);
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
