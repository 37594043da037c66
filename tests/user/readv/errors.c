/* The errors of readv(2) and writev(2): bad counts, a total beyond SSIZE_MAX, bad vectors, bad elements, partial effects. */
#include "test.h"

static void test(void)
{
	char buf[8] = "abcdefgh";
	struct iovec many[1025], huge[2] = { { buf, 1 }, { buf, (size_t)SSIZE_MAX + 1 } };
	struct iovec *edge = test_guarded(sizeof(struct iovec));

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	for (int i = 0; i < 1025; i++)
		many[i] = (struct iovec){ buf, 1 };
	CHECK_ERRNO(writev(fd, many, 1025), EINVAL);
	CHECK_EQ(writev(fd, many, 1024), 1024);
	CHECK_ERRNO(writev(fd, many, -1), EINVAL);
	CHECK_ERRNO(readv(fd, many, 1025), EINVAL);
	CHECK_ERRNO(readv(fd, many, -1), EINVAL);
	CHECK_ERRNO(writev(fd, huge, 2), EINVAL);
	CHECK_ERRNO(readv(fd, huge, 2), EINVAL);
	*edge = (struct iovec){ buf, 1 };
	CHECK_ERRNO(writev(fd, edge, 2), EFAULT);
	CHECK_EQ(writev(fd, edge, 1), 1);
	CHECK_ERRNO(writev(fd, test_unmapped(), 1), EFAULT);
	CHECK_ERRNO(writev(-1, many, 1), EBADF);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 1025);

	struct iovec first_bad[2] = { { test_unmapped(), 4 }, { buf, 4 } };
	CHECK_ERRNO(writev(fd, first_bad, 2), EFAULT);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1025);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_ERRNO(readv(fd, first_bad, 2), EFAULT);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
}
