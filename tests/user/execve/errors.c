/* The errors of execve(2): ENOENT, EACCES, ENOEXEC, ENOTDIR, ELOOP, ENAMETOOLONG, EFAULT; the caller goes on unharmed. */
#include "test.h"

static long try_exec(const char *path)
{
	char *args[] = { "x", NULL };

	return execve(path, args, environ);
}

static void test(void)
{
	static char name[5000];
	char *args[] = { "x", NULL }, *bad[] = { "x", (char *)0xffff800000000000, NULL };

	test_scratch();
	test_write_file("noexec", "data");
	test_write_file("empty", "");
	test_write_file("text", "just words\n");
	CHECK_OK(chmod("empty", 0755));
	CHECK_OK(chmod("text", 0755));
	CHECK_OK(mkdir("dir", 0755));
	CHECK_OK(symlink("loop", "loop"));
	CHECK_ERRNO(try_exec("none"), ENOENT);
	CHECK_ERRNO(try_exec(""), ENOENT);
	CHECK_ERRNO(try_exec("none/x"), ENOENT);
	CHECK_ERRNO(try_exec("noexec"), EACCES);
	CHECK_ERRNO(try_exec("dir"), EACCES);
	CHECK_ERRNO(try_exec("noexec/x"), ENOTDIR);
	CHECK_ERRNO(try_exec("empty"), ENOEXEC);
	CHECK_ERRNO(try_exec("text"), ENOEXEC);
	CHECK_ERRNO(try_exec("loop"), ELOOP);
	CHECK_ERRNO(try_exec("/dev/null"), EACCES);
	memset(name, 'n', 300);
	CHECK_ERRNO(try_exec(name), ENAMETOOLONG);
	memset(name, '/', 4999);
	CHECK_ERRNO(try_exec(name), ENAMETOOLONG);
	CHECK_EQ(RAW(SYS_execve, test_unmapped(), args, environ), -EFAULT);
	CHECK_EQ(RAW(SYS_execve, "/proc/self/exe", test_unmapped(), environ), -EFAULT);
	CHECK_EQ(RAW(SYS_execve, "/proc/self/exe", args, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_execve, "/proc/self/exe", bad, environ), -EFAULT);
	CHECK_EQ(getpid() > 0, 1);
}
