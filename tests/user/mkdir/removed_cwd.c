/* A removed current directory: nothing can be made in it, "." still is, getcwd says ENOENT, ".." leads out. */
#include "test.h"

static void test(void)
{
	struct stat st;
	char buf[PATH_MAX];

	test_scratch();
	CHECK_OK(mkdir("d", 0755));
	CHECK_OK(chdir("d"));
	CHECK_OK(rmdir("../d"));
	CHECK_ERRNO(open("f", O_CREAT | O_WRONLY, 0600), ENOENT);
	CHECK_ERRNO(mkdir("e", 0700), ENOENT);
	CHECK_OK(stat(".", &st));
	CHECK_EQ(st.st_nlink, 0);
	CHECK_ERRNO(syscall(SYS_getcwd, buf, sizeof(buf)), ENOENT);
	CHECK_OK(chdir(".."));
	CHECK(getcwd(buf, sizeof(buf)) && !strcmp(buf, test_directory));
}
