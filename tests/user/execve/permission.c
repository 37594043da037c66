/* Who may execute: x bits by class, root needs at least one, search permission on the way; set-user-ID takes effect. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	(void)argc;
	return atoi(argv[1]) == (int)geteuid() && getuid() == NO_UID ? 0 : 1;
}

static void copy_self(const char *name, mode_t mode, uid_t owner)
{
	static char buf[65536];
	int in = (int)CHECK_OK(open("/proc/self/exe", O_RDONLY));
	int out = (int)CHECK_OK(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700));

	for (ssize_t n; (n = read(in, buf, sizeof(buf))) > 0;)
		CHECK_EQ(write(out, buf, (size_t)n), n);
	CHECK_OK(close(in));
	CHECK_OK(close(out));
	CHECK_OK(chown(name, owner, owner));
	CHECK_OK(chmod(name, mode));
}

static void run(const char *path, const char *euid)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		test_drop_root(NO_UID);
		execve(path, (char *[]){ "x", (char *)euid, NULL }, environ);
		_exit(errno + 100);
	}
	CHECK_EXITS(pid, euid ? 0 : EACCES + 100);
}

static void test(void)
{
	test_need_root();
	test_scratch();
	copy_self("all", 0755, 0);
	copy_self("root_only", 0744, 0);
	copy_self("none", 0644, 0);
	copy_self("unreadable", 0711, 0);
	copy_self("setuid", 04755, NO_UID + 1);
	CHECK_OK(mkdir("closed", 0700));
	copy_self("closed/all", 0755, 0);
	run("./all", "1000");
	run("./unreadable", "1000");
	run("./root_only", NULL);
	run("./none", NULL);
	run("./closed/all", NULL);
	run("./setuid", "1001");
	CHECK_ERRNO(execve("./none", (char *[]){ "x", NULL }, environ), EACCES);
}
