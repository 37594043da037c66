/* readv(2) and writev(2): scatter and gather in order, empty vectors, short reads. */
#include "test.h"

static void test(void)
{
	char a[4] = "", b[8] = "", c[16] = "";
	struct iovec out[4] = { { "one", 3 }, { NULL, 0 }, { "-", 1 }, { "three", 5 } };
	struct iovec in[4] = { { a, 2 }, { b, 4 }, { NULL, 0 }, { c, 16 } };

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(writev(fd, out, 4), 9);
	CHECK_FILE("f", "one-three");
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(readv(fd, in, 4), 9);
	CHECK_BYTES(a, "on\0", 3);
	CHECK_BYTES(b, "e-th\0", 5);
	CHECK_BYTES(c, "ree\0", 4);
	CHECK_EQ(readv(fd, in, 4), 0);
	CHECK_EQ(writev(fd, out, 0), 0);
	CHECK_EQ(readv(fd, NULL, 0), 0);
	CHECK_EQ(readv(fd, in, 1), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 9);
}
