/* O_APPEND: every write goes to the end whatever the offset is, also between two descriptors and two processes. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	test_write_file("f", "start:");
	int a = (int)CHECK_OK(open("f", O_WRONLY | O_APPEND));
	int b = (int)CHECK_OK(open("f", O_RDWR | O_APPEND));

	CHECK_EQ(lseek(a, 0, SEEK_SET), 0);
	CHECK_EQ(write(a, "one,", 4), 4);
	CHECK_EQ(lseek(a, 0, SEEK_CUR), 10);
	CHECK_EQ(write(b, "two,", 4), 4);
	CHECK_EQ(write(a, "three", 5), 5);
	CHECK_FILE("f", "start:one,two,three");

	CHECK_OK(truncate("f", 0));
	pid_t pid = test_fork();
	for (int i = 0; i < 200; i++)
		CHECK_EQ(write(pid ? a : b, pid ? "aaaa" : "bbbb", 4), 4);
	if (pid == 0)
		test_exit();
	CHECK_CHILD(pid);
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_size, 1600);
}
