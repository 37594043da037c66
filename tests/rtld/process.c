/* fork, exec, pipes, signals, setjmp, directories, environment. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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

int main(void)
{
	struct dirent **entries;
	int count = scandir("/", &entries, NULL, alphasort);

	CHECK(count > 2 && !strcmp(entries[0]->d_name, "."));
	signals();
	pipes();
	environment();
	calendar();
	CHECK_END();
}
