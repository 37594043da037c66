/* copy_file_range(2), readahead(2), sync_file_range(2): offsets, ends, overlaps, kinds of files. */
#include "test.h"

static long copy(int in, loff_t *in_at, int out, loff_t *out_at, size_t n, unsigned flags)
{
	return syscall(SYS_copy_file_range, in, in_at, out, out_at, n, flags);
}

static void check_copies(int in, int out)
{
	loff_t from = 2, to = 5;
	char got[16];

	CHECK_EQ(copy(in, &from, out, &to, 4, 0), 4);
	CHECK_EQ(from, 6);
	CHECK_EQ(to, 9);
	CHECK_EQ(lseek(in, 0, SEEK_CUR) + lseek(out, 0, SEEK_CUR), 0);
	CHECK_EQ(copy(in, NULL, out, NULL, 3, 0), 3);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 3);
	CHECK_EQ(lseek(out, 0, SEEK_CUR), 3);
	CHECK_EQ(pread(out, got, sizeof(got), 0), 9);
	CHECK_BYTES(got, "012\0\0" "2345", 9);
	CHECK_EQ(copy(in, NULL, out, NULL, 100, 0), 7);
	CHECK_EQ(copy(in, NULL, out, NULL, 100, 0), 0);
	from = 100;
	CHECK_EQ(copy(in, &from, out, NULL, 100, 0), 0);
	CHECK_EQ(copy(in, NULL, out, NULL, 0, 0), 0);
	/* Inside one file. */
	from = 0;
	to = 20;
	CHECK_EQ(copy(out, &from, out, &to, 10, 0), 10);
	from = 0;
	to = 3;
	CHECK_ERRNO(copy(out, &from, out, &to, 10, 0), EINVAL);
}

static void check_errors(int in, int out)
{
	int ro = (int)CHECK_OK(open("out", O_RDONLY)), append = (int)CHECK_OK(open("out", O_WRONLY | O_APPEND));
	int directory = (int)CHECK_OK(open(".", O_RDONLY)), p[2];
	loff_t zero = 0, negative = -1, huge = LONG_MAX;

	CHECK_OK(pipe(p));
	CHECK_ERRNO(copy(in, &zero, out, &zero, 1, 1), EINVAL);
	CHECK_ERRNO(copy(-1, &zero, out, &zero, 1, 0), EBADF);
	CHECK_ERRNO(copy(in, &zero, -1, &zero, 1, 0), EBADF);
	CHECK_ERRNO(copy(in, &zero, ro, &zero, 1, 0), EBADF);
	CHECK_ERRNO(copy(in, &zero, append, &zero, 1, 0), EBADF);
	CHECK_ERRNO(copy(directory, &zero, out, &zero, 1, 0), EISDIR);
	CHECK_ERRNO(copy(p[0], NULL, out, &zero, 1, 0), EINVAL);
	CHECK_ERRNO(copy(in, &zero, p[1], NULL, 1, 0), EINVAL);
	CHECK_ERRNO(copy(in, &negative, out, &zero, 1, 0), EOVERFLOW);
	CHECK_ERRNO(copy(in, &zero, out, &huge, 10, 0), EFBIG);
	CHECK_ERRNO(copy(in, test_unmapped(), out, &zero, 1, 0), EFAULT);
	CHECK_ERRNO(copy(in, &zero, out, test_unmapped(), 1, 0), EFAULT);
	CHECK_OK(readahead(in, 0, 100));
	CHECK_ERRNO(readahead(-1, 0, 100), EBADF);
	CHECK_ERRNO(readahead(append, 0, 100), EBADF);
	CHECK_ERRNO(readahead(p[0], 0, 100), EINVAL);
	CHECK_OK(sync_file_range(out, 0, 0, 7));
	CHECK_ERRNO(sync_file_range(out, 0, 0, 8), EINVAL);
	CHECK_ERRNO(sync_file_range(out, -1, 0, 0), EINVAL);
	CHECK_ERRNO(sync_file_range(out, 0, -1, 0), EINVAL);
	CHECK_ERRNO(sync_file_range(p[0], 0, 0, 0), ESPIPE);
	CHECK_ERRNO(sync_file_range(-1, 0, 0, 0), EBADF);
}

static void test(void)
{
	test_scratch();
	test_write_file("in", "0123456789");
	int in = (int)CHECK_OK(open("in", O_RDONLY)), out = (int)CHECK_OK(open("out", O_RDWR | O_CREAT, 0600));

	check_copies(in, out);
	check_errors(in, out);
}
