/* pipe(2): bytes in order, end of file when the last writer is gone, wrong-end errors, fstat and lseek on a pipe. */
#include "test.h"

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
}
