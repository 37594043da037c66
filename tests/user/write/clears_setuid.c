/* A write by an ordinary user takes the set-user-ID and set-group-ID bits of an executable away. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_need_root();
	test_scratch();
	test_write_file("f", "x");
	CHECK_OK(chown("f", NO_UID, NO_UID));
	CHECK_OK(chmod("f", 06755));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		int fd = (int)CHECK_OK(open("f", O_WRONLY));
		CHECK_EQ(write(fd, "y", 1), 1);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 0755);
}
