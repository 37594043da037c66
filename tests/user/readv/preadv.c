/* preadv(2) and pwritev(2): own offset, the descriptor's left alone, errors. */
#include "test.h"

static void test(void)
{
	char a[3], b[3];
	struct iovec in[2] = { { a, 3 }, { b, 3 } };
	struct iovec out[2] = { { "xy", 2 }, { "z", 1 } };
	int p[2];

	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDWR));

	CHECK_EQ(preadv(fd, in, 2, 2), 6);
	CHECK_BYTES(a, "234", 3);
	CHECK_BYTES(b, "567", 3);
	CHECK_EQ(pwritev(fd, out, 2, 1), 3);
	CHECK_FILE("f", "0xyz456789");
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(preadv(fd, in, 2, 8), 2);
	CHECK_EQ(preadv(fd, in, 2, 100), 0);
	CHECK_ERRNO(preadv(fd, in, 2, -1), EINVAL);
	CHECK_ERRNO(pwritev(fd, out, 2, -1), EINVAL);
	CHECK_ERRNO(preadv(fd, in, -1, 0), EINVAL);
	CHECK_ERRNO(preadv(-1, in, 2, 0), EBADF);
	CHECK_OK(pipe(p));
	CHECK_ERRNO(preadv(p[0], in, 2, 0), ESPIPE);
	CHECK_ERRNO(pwritev(p[1], out, 2, 0), ESPIPE);
}
