/* fork, exec, posix_spawn, system, popen, pipes, signals, setjmp, directories, environment. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t caught;
static sigjmp_buf back;

static void handler(int sig)
{
	caught = sig;
}

static void jumper(int sig)
{
	siglongjmp(back, sig);
}

static void signals(void)
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	CHECK(caught == SIGUSR1);
	signal(SIGUSR2, jumper);
	for (volatile int i = 0; i < 2; i++) {	/* twice: the second needs the mask that siglongjmp put back */
		int from = sigsetjmp(back, 1);

		if (!from)
			raise(SIGUSR2);
		CHECK(from == SIGUSR2);
	}
}

static void pipes(void)
{
	int fds[2], status;
	char text[16] = "";
	pid_t pid;

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		write(fds[1], "child", 5);
		_exit(7);
	}
	CHECK(read(fds[0], text, sizeof(text)) == 5 && !strcmp(text, "child"));
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
	pid = vfork();
	if (pid == 0) {
		execl("/nonexistent", "x", (char *)NULL);
		_exit(errno == ENOENT ? 3 : 4);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
}

static void environment(void)
{
	CHECK(setenv("A_NAME", "one", 1) == 0 && !strcmp(getenv("A_NAME"), "one"));
	CHECK(setenv("A_NAME", "two", 0) == 0 && !strcmp(getenv("A_NAME"), "one"));
	CHECK(unsetenv("A_NAME") == 0 && !getenv("A_NAME"));
	CHECK(setenv("A=B", "x", 1) < 0 && errno == EINVAL);
}

static void calendar(void)
{
	time_t times[] = { 0, 951782400, 1709164800, -1, 4102444799 };
	struct tm tm;
	char text[64];

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		CHECK(gmtime_r(&times[i], &tm) && timegm(&tm) == times[i]);
	gmtime_r(&times[1], &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %a %j", &tm);
	CHECK(!strcmp(text, "2000-02-29 Tue 060"));
}

static int no_children(void)
{
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

/* A failure is a result, not a child. The numbers of spawn's own pipe, the lowest free ones, are not open for the actions. */
static void spawning(void)
{
	char *const arguments[] = { "sh", "-c", "exit 7", NULL };
	posix_spawn_file_actions_t actions;
	int free_fd = dup(0), status;
	posix_spawnattr_t attributes;
	pid_t pid = -1;

	close(free_fd);
	CHECK(posix_spawn(&pid, "/nothing/there", NULL, NULL, arguments, environ) == ENOENT && pid == -1 && no_children());
	posix_spawnattr_init(&attributes);
	CHECK(posix_spawnattr_setflags(&attributes, 0x4000) == EINVAL);
	posix_spawn_file_actions_init(&actions);
	CHECK(posix_spawn_file_actions_addclose(&actions, free_fd + 1) == 0);
	CHECK(posix_spawn(&pid, "/bin/sh", &actions, NULL, arguments, environ) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
	for (int i = 0; i < 2; i++) {
		posix_spawn_file_actions_destroy(&actions);
		CHECK(posix_spawn_file_actions_adddup2(&actions, free_fd + i, 1) == 0);
		CHECK(posix_spawn(&pid, "/bin/sh", &actions, NULL, arguments, environ) == EBADF && no_children());
	}
	posix_spawn_file_actions_destroy(&actions);
}

static void *run(void *command)
{
	system(command);
	return NULL;
}

static sighandler_t action_of(int sig)
{
	struct sigaction action;

	sigaction(sig, NULL, &action);
	return action.sa_handler;
}

/* Two users of system at once, of which the first one is cancelled; it says by a byte that its command runs. */
static void commands(void)
{
	pthread_t thread;
	int up[2], down[2];
	char command[64], byte;
	void *result;

	CHECK(pipe(up) == 0 && pipe(down) == 0 && down[1] < 10);
	signal(SIGINT, handler);
	snprintf(command, sizeof(command), "echo >&%d; read line <&%d", up[1], down[0]);
	CHECK(pthread_create(&thread, NULL, run, command) == 0 && read(up[0], &byte, 1) == 1);
	CHECK(WEXITSTATUS(system("exit 3")) == 3 && action_of(SIGINT) == SIG_IGN);
	CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
	CHECK(no_children() && action_of(SIGINT) == handler && action_of(SIGQUIT) == SIG_DFL);
}

/* The second command, which waits for input, must not hold the first one's pipe open. */
static void streams(void)
{
	FILE *first = popen("while read line; do :; done", "w"), *second = popen("read line; exit 4", "w");

	CHECK(pclose(first) == 0);
	CHECK(fputs("line\n", second) >= 0 && WEXITSTATUS(pclose(second)) == 4);
	CHECK(pclose(stdin) == -1 && errno == ECHILD && no_children());
}

int main(void)
{
	struct dirent **entries;
	int count = scandir("/", &entries, NULL, alphasort);

	CHECK(count > 2 && !strcmp(entries[0]->d_name, "."));
	signals();
	pipes();
	spawning();
	commands();
	streams();
	environment();
	calendar();
	CHECK_END();
}
