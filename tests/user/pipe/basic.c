/* pipe(2): bytes in order, end of file when the last writer is gone, wrong-end errors, fstat and lseek on a pipe. */
#include "test.h"

/* pipe2 with O_DIRECT: each write is a packet of at most PIPE_BUF bytes, and a read takes one, the rest of which is lost. */
static void packets(void)
{
	static char big[3 * PIPE_BUF];
	char buf[2 * PIPE_BUF];
	int p[2];

	CHECK_OK(pipe2(p, O_DIRECT | O_NONBLOCK));
	CHECK_EQ(fcntl(p[1], F_GETFL) & O_DIRECT, O_DIRECT);
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_DIRECT, 0);
	CHECK_EQ(write(p[1], "one", 3), 3);
	CHECK_EQ(write(p[1], "second", 6), 6);
	CHECK_EQ(write(p[1], "", 0), 0);
	CHECK_EQ(read(p[0], buf, sizeof(buf)), 3);
	CHECK_EQ(read(p[0], buf, 2), 2);
	CHECK_BYTES(buf, "se", 2);
	CHECK_ERRNO(read(p[0], buf, 1), EAGAIN);
	memset(big, 'b', sizeof(big));
	CHECK_EQ(write(p[1], big, PIPE_BUF + 10), PIPE_BUF + 10);
	CHECK_EQ(read(p[0], buf, sizeof(buf)), PIPE_BUF);
	CHECK_EQ(read(p[0], buf, sizeof(buf)), 10);
	/* Each packet fills a slot of the pipe, however short it is; an emptied pipe takes a stream again. */
	CHECK_OK(fcntl(p[1], F_SETFL, O_NONBLOCK | O_DIRECT));
	CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 4 * PIPE_BUF), 4 * PIPE_BUF);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_ERRNO(write(p[1], "x", 1), EAGAIN);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(read(p[0], buf, sizeof(buf)), 1);
	CHECK_OK(fcntl(p[1], F_SETFL, O_NONBLOCK));
	CHECK_EQ(write(p[1], big, sizeof(big)), (long)sizeof(big));
	CHECK_EQ(read(p[0], buf, sizeof(buf)), (long)sizeof(buf));
	CHECK_OK(close(p[0]));
	CHECK_OK(close(p[1]));
}

static void test(void)
{
	char buf[16];
	struct stat st;
	int p[2];

	CHECK_OK(pipe(p));
	CHECK_EQ(p[1], p[0] + 1);
	CHECK_EQ(write(p[1], "hello", 5), 5);
	CHECK_EQ(write(p[1], "world", 5), 5);
	CHECK_EQ(read(p[0], buf, 7), 7);
	CHECK_BYTES(buf, "hellowo", 7);
	CHECK_EQ(read(p[0], buf, 16), 3);
	CHECK_BYTES(buf, "rld", 3);
	CHECK_EQ(write(p[1], "", 0), 0);
	CHECK_ERRNO(write(p[0], "x", 1), EBADF);
	CHECK_ERRNO(read(p[1], buf, 1), EBADF);
	CHECK_ERRNO(lseek(p[0], 0, SEEK_CUR), ESPIPE);
	CHECK_OK(fstat(p[0], &st));
	CHECK(S_ISFIFO(st.st_mode));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_ACCMODE, O_RDONLY);
	CHECK_EQ(fcntl(p[1], F_GETFL) & O_ACCMODE, O_WRONLY);
	CHECK_EQ(write(p[1], "z", 1), 1);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(p[0], buf, 16), 1);
	CHECK_EQ(read(p[0], buf, 16), 0);
	CHECK_EQ(read(p[0], buf, 16), 0);
	packets();
}
