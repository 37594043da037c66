/* libraries: choice */
/* opens: choice origin/inner/choice */
/* AT_SECURE: in a program that gained rights, LD_LIBRARY_PATH and LD_PRELOAD do not count. Skipped where it gains none. */
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "check.h"
#include "self.h"

static const char copy[] = "/tmp/secure.copy";

int choice(void);

static int make_copy(void)
{
	char block[4096];
	int from = open("/proc/self/exe", O_RDONLY), to = open(copy, O_CREAT | O_TRUNC | O_WRONLY, 0755);
	int good = from >= 0 && to >= 0;
	ssize_t n;

	while (good && (n = read(from, block, sizeof(block))) > 0)
		good = write(to, block, (size_t)n) == n;
	close(from);
	close(to);
	return good && chown(copy, 65534, 65534) == 0 && chmod(copy, 04755) == 0;
}

/* The child's status: 20 when it gained nothing, else 10 and what choice() says, else -1. */
static int run_copy(const char *name, const char *value)
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		setenv(name, value, 1);
		execl(copy, copy, "child", (char *)NULL);
		_exit(126);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
	char *folder = beside("lib/origin/inner"), *library = beside("lib/origin/inner/choice.so");
	int result;

	(void)argv;
	if (argc > 1)
		return getauxval(AT_SECURE) ? 10 + choice() : 20;
	CHECK(make_copy());
	result = run_copy("LD_LIBRARY_PATH", folder);
	if (result == 20) {
		unlink(copy);
		return 77;
	}
	CHECK(result == 11);
	CHECK(run_copy("LD_PRELOAD", library) == 11);
	unlink(copy);
	CHECK_END();
}
