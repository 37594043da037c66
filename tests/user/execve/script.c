/* Interpreter scripts: the path and one optional argument, blanks, nested scripts, missing and bad interpreters, ELOOP. */
#define TEST_HELPER
#include "test.h"

/* Run as the interpreter: checks that its arguments are those which EXPECT holds, joined by bars. */
static int test_helper(int argc, char **argv)
{
	char joined[512] = "";
	const char *expect = getenv("EXPECT");

	for (int i = 1; i < argc; i++) {
		strcat(joined, argv[i]);
		strcat(joined, "|");
	}
	if (!expect || strcmp(expect, joined) != 0) {
		test_print("script: got %s want %s\n", joined, expect ? expect : "?");
		return 1;
	}
	return 0;
}

static void script(const char *name, const char *text)
{
	test_write_file(name, text);
	CHECK_OK(chmod(name, 0755));
}

static void run(const char *name, const char *expect)
{
	char env[256];
	pid_t pid = test_fork();

	if (pid == 0) {
		snprintf(env, sizeof(env), "EXPECT=%s", expect);
		execve(name, (char *[]){ "zero", "one", "two", NULL }, (char *[]){ env, NULL });
		test_print("execve %s: errno %d\n", name, errno);
		_exit(1);
	}
	CHECK_CHILD(pid);
}

static void test(void)
{
	char *args[] = { "zero", NULL };

	test_scratch();
	CHECK_OK(symlink("/proc/self/exe", "unused"));
	char self[256] = "";
	CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	CHECK_OK(symlink(self, "interp"));
	script("plain", "#!interp\nrest\n");
	run("./plain", "./plain|one|two|");
	script("option", "#!interp  -x  y z \t\nrest\n");
	run("./option", "-x  y z|./option|one|two|");
	script("blanks", "#! \t interp\n");
	run("./blanks", "./blanks|one|two|");
	script("unended", "#!interp -e");
	run("./unended", "-e|./unended|one|two|");
	script("nested", "#!./option outer\n");
	run("./nested", "-x  y z|./option|outer|./nested|one|two|");

	script("missing", "#!/nowhere/at/all\n");
	CHECK_ERRNO(execve("./missing", args, environ), ENOENT);
	script("nothing", "#!\n");
	CHECK_ERRNO(execve("./nothing", args, environ), ENOEXEC);
	script("spaces", "#!    \n");
	CHECK_ERRNO(execve("./spaces", args, environ), ENOEXEC);
	script("self", "#!./self\n");
	CHECK_ERRNO(execve("./self", args, environ), ELOOP);
	test_write_file("data", "x");
	script("denied", "#!./data\n");
	CHECK_ERRNO(execve("./denied", args, environ), EACCES);
}
