/* libraries: choice */
/* ldd and ld-astra --list: what is found and where, what is missing, what is not a dynamic program. */
#include "check.h"
#include "self.h"

static int ldd(const char *file, char *text, size_t size)
{
	int ends[2], status = -1;
	size_t used = 0;
	ssize_t n;
	pid_t child;

	if (pipe(ends) || (child = fork()) < 0)
		return -1;
	if (!child) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		execl("/sbin/ldd", "ldd", file, (char *)NULL);
		_exit(126);
	}
	close(ends[1]);
	while (used + 1 < size && (n = read(ends[0], text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = 0;
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int choice(void);

int main(void)
{
	char text[4000];

	CHECK(choice() == 1);
	CHECK(ldd(beside("ldd"), text, sizeof(text)) == 0);
	CHECK(strstr(text, "\tchoice.so => ") && strstr(text, "/tests/rtld/lib/choice.so (0x"));
	CHECK(strstr(text, "\tlibastra.so => /lib/libastra.so (0x") && strstr(text, "/lib/ld-astra.so.1 (0x"));
	CHECK(ldd(beside("lib/origin/outer.so"), text, sizeof(text)) == 0 && strstr(text, "origin/inner/deep.so (0x"));
	CHECK(ldd("/etc/passwd", text, sizeof(text)) == 1 && strstr(text, "/etc/passwd"));
	CHECK(ldd("/no/such", text, sizeof(text)) == 1 && strstr(text, "/no/such"));
	CHECK_END();
}
