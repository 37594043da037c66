/* getcwd(2), chdir(2), fchdir(2): the canonical path, sizes, errors, renamed directories. */
#include "test.h"

static void test(void)
{
	char buf[PATH_MAX], want[256];

	test_scratch();
	CHECK_OK(mkdir("a", 0755));
	CHECK_OK(mkdir("a/b", 0755));
	CHECK_OK(symlink("a/b", "l"));
	test_write_file("f", "");
	CHECK_OK(chdir("l/../b/."));
	snprintf(want, sizeof(want), "%s/a/b", test_directory);
	CHECK_EQ(syscall(SYS_getcwd, buf, sizeof(buf)), strlen(want) + 1);
	CHECK(!strcmp(buf, want));
	CHECK_EQ(syscall(SYS_getcwd, buf, strlen(want) + 1), strlen(want) + 1);
	CHECK_ERRNO(syscall(SYS_getcwd, buf, strlen(want)), ERANGE);
	CHECK_ERRNO(syscall(SYS_getcwd, buf, 0), ERANGE);
	CHECK_OK(rename("../../a", "../../moved"));
	snprintf(want, sizeof(want), "%s/moved/b", test_directory);
	CHECK(getcwd(buf, sizeof(buf)) && !strcmp(buf, want));
	CHECK_OK(chdir("/"));
	CHECK(getcwd(buf, sizeof(buf)) && !strcmp(buf, "/"));
	CHECK_OK(chdir(".."));
	CHECK(getcwd(buf, sizeof(buf)) && !strcmp(buf, "/"));
	CHECK_OK(chdir(test_directory));
	CHECK_ERRNO(chdir("f"), ENOTDIR);
	CHECK_ERRNO(chdir("none"), ENOENT);
	CHECK_ERRNO(chdir(""), ENOENT);
	CHECK_ERRNO(fchdir(-1), EBADF);
	CHECK_ERRNO(fchdir((int)CHECK_OK(open("f", O_RDONLY))), ENOTDIR);
	CHECK_OK(fchdir((int)CHECK_OK(open("moved", O_RDONLY))));
	CHECK_OK(access("b", F_OK));
}
