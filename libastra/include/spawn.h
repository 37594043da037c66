/*
 * Starting a program: posix_spawn(3). Functions return 0 or an error number and leave errno alone. A spawn may run in several
 * threads at once and is no cancellation point; an attribute or action object belongs to one thread while it is changed.
 */
#ifndef _SPAWN_H
#define _SPAWN_H

#include <features.h>
#include <signal.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define POSIX_SPAWN_RESETIDS   0x01	/* effective identities become the real ones */
#define POSIX_SPAWN_SETPGROUP  0x02	/* setpgid(0, group); group 0: one of its own */
#define POSIX_SPAWN_SETSIGDEF  0x04	/* ignored signals of the set get their default action */
#define POSIX_SPAWN_SETSIGMASK 0x08	/* the mask; without it the caller's */
#define POSIX_SPAWN_SETSID     0x80	/* a session of its own */

typedef struct {
	short __flags;
	pid_t __group;
	sigset_t __default, __mask;
} posix_spawnattr_t;

typedef struct {
	struct __spawn_action *__first, *__last;
} posix_spawn_file_actions_t;

/*
 * A program that cannot be started, or an action that fails, is an error here (what pipe, fork, the action or execve says), not a
 * status, and leaves no child. actions and attributes may be NULL; envp NULL is the caller's environment; pid may be NULL.
 */
int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
		const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const envp[restrict]);
/* The same with a search of the caller's PATH for a name without a slash. */
int posix_spawnp(pid_t *restrict pid, const char *restrict file, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const envp[restrict]);

/* What the child changes before the program starts; what a value is for counts with its flag only. EINVAL: an unknown flag. */
int posix_spawnattr_init(posix_spawnattr_t *attributes);
int posix_spawnattr_destroy(posix_spawnattr_t *attributes);
int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags);
int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attributes, short *restrict flags);
int posix_spawnattr_getpgroup(const posix_spawnattr_t *restrict attributes, pid_t *restrict group);
int posix_spawnattr_getsigdefault(const posix_spawnattr_t *restrict attributes, sigset_t *restrict set);
int posix_spawnattr_getsigmask(const posix_spawnattr_t *restrict attributes, sigset_t *restrict set);
int posix_spawnattr_setpgroup(posix_spawnattr_t *attributes, pid_t group);
int posix_spawnattr_setsigdefault(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set);
int posix_spawnattr_setsigmask(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set);

/*
 * What the child does with descriptors, in order, before the program starts. Strings are copied; destroy frees them.
 * EBADF: a negative number; ENOMEM. Closing what is not open is no error; dup2 of a number to itself lets exec keep it open.
 */
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd, const char *restrict path, int flags,
				     mode_t mode);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions, const char *restrict path);

__ASTRA_END_DECLS

#endif
