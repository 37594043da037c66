/* A FIFO made by mknod or mkfifo: non-blocking opens, ENXIO without readers, the open rendezvous, data through it. */
#include "test.h"

static void test(void)
{
	struct stat st;
	char buf[8];

	test_scratch();
	CHECK_OK(mkfifo("fifo", 0600));
	CHECK_ERRNO(mkfifo("fifo", 0600), EEXIST);
	CHECK_OK(stat("fifo", &st));
	CHECK_EQ(st.st_mode, S_IFIFO | 0600);
	CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
	int r = (int)CHECK_OK(open("fifo", O_RDONLY | O_NONBLOCK));
	CHECK_EQ(read(r, buf, 8), 0);
	int w = (int)CHECK_OK(open("fifo", O_WRONLY | O_NONBLOCK));
	CHECK_ERRNO(read(r, buf, 8), EAGAIN);
	CHECK_EQ(write(w, "abc", 3), 3);
	CHECK_EQ(read(r, buf, 8), 3);
	CHECK_OK(close(w));
	CHECK_EQ(read(r, buf, 8), 0);
	CHECK_OK(close(r));

	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		w = (int)CHECK_OK(open("fifo", O_WRONLY));
		CHECK_EQ(write(w, "later", 5), 5);
		test_exit();
	}
	r = (int)CHECK_OK(open("fifo", O_RDONLY));
	CHECK_EQ(read(r, buf, 8), 5);
	CHECK_EQ(read(r, buf, 8), 0);
	CHECK_CHILD(pid);
	CHECK_OK(unlink("fifo"));
}
