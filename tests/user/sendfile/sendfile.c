/* sendfile(2): with and without an offset, to pipes and files, short at the end, errors. */
#include "test.h"

static void test(void)
{
	char buf[32];
	off_t offset = 3;
	int p[2];

	test_scratch();
	test_write_file("in", "0123456789");
	int in = (int)CHECK_OK(open("in", O_RDWR));
	int out = (int)CHECK_OK(open("out", O_RDWR | O_CREAT, 0600));
	CHECK_OK(pipe(p));
	CHECK_EQ(syscall(SYS_sendfile, p[1], in, &offset, 4), 4);
	CHECK_EQ(offset, 7);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 0);
	CHECK_EQ(read(p[0], buf, 32), 4);
	CHECK_BYTES(buf, "3456", 4);
	CHECK_EQ(syscall(SYS_sendfile, out, in, NULL, 100), 10);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 10);
	CHECK_EQ(syscall(SYS_sendfile, out, in, NULL, 100), 0);
	CHECK_FILE("out", "0123456789");
	CHECK_EQ(syscall(SYS_sendfile, out, in, &offset, 0), 0);
	offset = -1;
	CHECK_ERRNO(syscall(SYS_sendfile, out, in, &offset, 1), EINVAL);
	offset = 0;
	CHECK_ERRNO(syscall(SYS_sendfile, out, p[0], &offset, 1), ESPIPE);
	CHECK_ERRNO(syscall(SYS_sendfile, -1, in, &offset, 1), EBADF);
	CHECK_ERRNO(syscall(SYS_sendfile, out, -1, &offset, 1), EBADF);
	CHECK_ERRNO(syscall(SYS_sendfile, open("in", O_RDONLY), in, &offset, 1), EBADF);
	CHECK_ERRNO(syscall(SYS_sendfile, open("out", O_WRONLY | O_APPEND), in, &offset, 1), EINVAL);
	/* A bad descriptor before a bad offset; what has no pages to give is EINVAL. */
	offset = -1;
	CHECK_ERRNO(syscall(SYS_sendfile, out, -1, &offset, 1), EBADF);
	offset = 0;
	CHECK_ERRNO(syscall(SYS_sendfile, out, (int)CHECK_OK(open(".", O_RDONLY)), &offset, 1), EINVAL);
	CHECK_ERRNO(syscall(SYS_sendfile, out, (int)CHECK_OK(open("/dev/null", O_RDONLY)), NULL, 1), EINVAL);
}
