/* tee(2) and vmsplice(2): bytes in two pipes at once, a program's pages in a pipe, full pipes, errors. */
#include "test.h"

static char back[PAGE * 4];

static void check_tee(void)
{
	int p[2], q[2];

	CHECK_OK(pipe(p));
	CHECK_OK(pipe(q));
	CHECK_EQ(write(p[1], "hello", 5), 5);
	CHECK_EQ(tee(p[0], q[1], 3, 0), 3);
	CHECK_EQ(tee(p[0], q[1], 100, SPLICE_F_NONBLOCK), 5);
	CHECK_EQ(write(p[1], "!", 1), 1);
	CHECK_EQ(read(q[0], back, 100), 8);
	CHECK_BYTES(back, "helhello", 8);
	CHECK_EQ(read(p[0], back, 100), 6);
	CHECK_BYTES(back, "hello!", 6);
	CHECK_ERRNO(tee(p[0], q[1], 1, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_EQ(tee(p[0], q[1], 0, 0), 0);
	CHECK_ERRNO(tee(p[0], p[1], 1, 0), EINVAL);
	CHECK_ERRNO(tee(p[0], q[0], 1, 0), EBADF);
	CHECK_ERRNO(tee(-1, q[1], 1, 0), EBADF);
	CHECK_ERRNO(tee(p[0], q[1], 1, 1 << 10), EINVAL);
	/* A full output: EAGAIN, and the input keeps what it has. */
	CHECK_OK(fcntl(q[1], F_SETPIPE_SZ, PAGE));
	CHECK_EQ(write(q[1], back, 10), 10);
	CHECK_EQ(write(p[1], "a", 1), 1);
	CHECK_ERRNO(tee(p[0], q[1], 1, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_ERRNO(splice(p[0], NULL, q[1], NULL, 1, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_EQ(read(p[0], back, 100), 1);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(q[0], back, 100), 10);
	CHECK_EQ(tee(p[0], q[1], 1, 0), 0);
	CHECK_OK(close(p[0]) | close(q[0]) | close(q[1]));
}

static void check_vmsplice(void)
{
	char *memory = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec v[3] = { { memory + 10, PAGE }, { NULL, 0 }, { memory + 3 * PAGE, 5 } };
	int p[2];

	CHECK_OK(pipe(p));
	memset(memory, 'm', 2 * PAGE);
	memset(memory + 3 * PAGE, 'n', 5);
	CHECK_EQ(vmsplice(p[1], v, 3, 0), PAGE + 5);
	CHECK_OK(munmap(memory, 4 * PAGE));
	CHECK_EQ(write(p[1], "end", 3), 3);
	CHECK_EQ(read(p[0], back, sizeof(back)), PAGE + 8);
	CHECK(back[0] == 'm' && back[PAGE - 1] == 'm');
	CHECK_BYTES(back + PAGE, "nnnnnend", 8);
	/* From the reading end it copies. */
	CHECK_EQ(write(p[1], "xyz", 3), 3);
	CHECK_EQ(vmsplice(p[0], &(struct iovec){ back, 100 }, 1, 0), 3);
	CHECK_BYTES(back, "xyz", 3);
	CHECK_ERRNO(vmsplice(-1, v, 1, 0), EBADF);
	CHECK_ERRNO(vmsplice(0x7fffff, v, 1, 0), EBADF);
	CHECK_ERRNO(vmsplice(p[1], v, 1, 1 << 10), EINVAL);
	CHECK_ERRNO(vmsplice(p[1], v, 1025, 0), EINVAL);
	CHECK_EQ(vmsplice(p[1], v, 0, 0), 0);
	CHECK_ERRNO(vmsplice(p[1], &(struct iovec){ test_unmapped(), 10 }, 1, 0), EFAULT);
	CHECK_ERRNO(vmsplice(p[1], test_unmapped(), 1, 0), EFAULT);
	CHECK_OK(fcntl(p[1], F_SETPIPE_SZ, 4 * PAGE));
	static char many[64 * PAGE];
	memset(many, 1, sizeof(many));
	CHECK_EQ(vmsplice(p[1], &(struct iovec){ many, sizeof(many) }, 1, SPLICE_F_NONBLOCK) / (long)PAGE <= 4, 1);
	CHECK_ERRNO(vmsplice(p[1], &(struct iovec){ many, 1 }, 1, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_OK(close(p[0]) | close(p[1]));
}

static void test(void)
{
	check_tee();
	check_vmsplice();
}
