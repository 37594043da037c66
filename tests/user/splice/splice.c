/* splice(2): files to pipes and back, pipes to pipes, offsets, ends, waiting, errors. */
#include "test.h"

static char data[3 * PAGE + 100], back[sizeof(data)];

static void check_file_to_file(void)
{
	int in = (int)CHECK_OK(open("in", O_RDONLY)), out = (int)CHECK_OK(open("out", O_RDWR | O_CREAT, 0600)), p[2];
	loff_t from = 50, to = 7;

	CHECK_OK(pipe(p));
	CHECK_EQ(splice(in, &from, p[1], NULL, 2 * PAGE, 0), 2 * PAGE);
	CHECK_EQ(from, 50 + 2 * PAGE);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 0);
	CHECK_EQ(splice(p[0], NULL, out, &to, PAGE + 1, 0), PAGE + 1);
	CHECK_EQ(splice(p[0], NULL, out, &to, sizeof(data), SPLICE_F_NONBLOCK), PAGE - 1);
	CHECK_EQ(to, 7 + 2 * PAGE);
	CHECK_EQ(lseek(out, 0, SEEK_CUR), 0);
	CHECK_EQ(pread(out, back, sizeof(back), 0), 7 + 2 * PAGE);
	CHECK_BYTES(back + 7, data + 50, 2 * PAGE);
	CHECK_ERRNO(splice(p[0], NULL, out, &to, 1, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_EQ(splice(in, NULL, p[1], NULL, sizeof(data) * 2, 0), sizeof(data));
	CHECK_EQ(lseek(in, 0, SEEK_CUR), sizeof(data));
	CHECK_EQ(splice(in, NULL, p[1], NULL, 1, 0), 0);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(p[0], back, sizeof(back)), sizeof(back));
	CHECK_BYTES(back, data, sizeof(data));
	CHECK_EQ(splice(p[0], NULL, out, NULL, 1, 0), 0);
	CHECK_OK(close(p[0]) | close(in) | close(out));
}

/* Bytes that were written and bytes that were spliced stand in one pipe in their order; a write after a splice starts anew. */
static void check_mixed(void)
{
	int in = (int)CHECK_OK(open("in", O_RDONLY)), p[2], q[2];
	loff_t from = 0;

	CHECK_OK(pipe(p));
	CHECK_OK(pipe(q));
	CHECK_EQ(write(p[1], "abc", 3), 3);
	CHECK_EQ(splice(in, &from, p[1], NULL, 5, 0), 5);
	CHECK_EQ(write(p[1], "xyz", 3), 3);
	CHECK_EQ(splice(p[0], NULL, q[1], NULL, 2, 0), 2);
	CHECK_EQ(write(p[1], "12", 2), 2);
	CHECK_EQ(splice(p[0], NULL, q[1], NULL, 100, 0), 11);
	CHECK_EQ(write(q[1], "!", 1), 1);
	CHECK_EQ(read(q[0], back, 100), 14);
	CHECK_BYTES(back, "abc", 3);
	CHECK_BYTES(back + 3, data, 5);
	CHECK_BYTES(back + 8, "xyz12!", 6);
	/* What is moved on stays what it was when the first pipe goes on being used. */
	CHECK_EQ(write(p[1], "one", 3), 3);
	CHECK_EQ(splice(p[0], NULL, q[1], NULL, 3, 0), 3);
	CHECK_EQ(write(p[1], "two", 3), 3);
	CHECK_EQ(read(q[0], back, 100), 3);
	CHECK_BYTES(back, "one", 3);
	CHECK_EQ(read(p[0], back, 100), 3);
	CHECK_BYTES(back, "two", 3);
	CHECK_OK(close(in));
	for (int i = 0; i < 2; i++)
		CHECK_OK(close(p[i]) | close(q[i]));
}

/* The child empties the pipe while the parent fills it with more than it holds. */
static void check_wait(void)
{
	int in = (int)CHECK_OK(open("in", O_RDONLY)), p[2];
	loff_t from;
	size_t total = 40 * sizeof(data);

	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[1]));
		for (size_t done = 0; done < total; done++) {
			char c;

			if (done % 4096 == 0 && done + 4096 <= total) {
				ssize_t n = read(p[0], back, 4096);
				for (ssize_t i = 0; i < n; i++)
					if (back[i] != data[(done + (size_t)i) % sizeof(data)])
						_exit(3);
				done += (size_t)n - 1;
				continue;
			}
			if (read(p[0], &c, 1) != 1 || c != data[done % sizeof(data)])
				_exit(4);
		}
		test_exit();
	}
	CHECK_OK(close(p[0]));
	for (size_t done = 0; done < total;) {
		from = (loff_t)(done % sizeof(data));
		long n = CHECK_OK(splice(in, &from, p[1], NULL, total - done, 0));

		CHECK(n > 0);
		done += (size_t)n;
	}
	CHECK_OK(close(p[1]));
	CHECK_CHILD(pid);
	CHECK_OK(close(in));
}

static void check_errors(void)
{
	int in = (int)CHECK_OK(open("in", O_RDWR)), append = (int)CHECK_OK(open("out", O_WRONLY | O_APPEND)), p[2];
	loff_t at = 0, negative = -1;

	CHECK_OK(pipe(p));
	CHECK_EQ(splice(-1, NULL, -1, NULL, 0, 0), 0);
	CHECK_ERRNO(splice(in, NULL, p[1], NULL, 1, 1 << 10), EINVAL);
	CHECK_ERRNO(splice(-1, NULL, p[1], NULL, 1, 0), EBADF);
	CHECK_ERRNO(splice(in, NULL, -1, NULL, 1, 0), EBADF);
	CHECK_ERRNO(splice(in, NULL, p[0], NULL, 1, 0), EBADF);
	CHECK_ERRNO(splice(p[1], NULL, in, NULL, 1, 0), EBADF);
	CHECK_ERRNO(splice(in, NULL, in, NULL, 1, 0), EINVAL);
	CHECK_ERRNO(splice(p[0], NULL, p[1], NULL, 1, 0), EINVAL);
	CHECK_ERRNO(splice(in, NULL, p[1], &at, 1, 0), ESPIPE);
	CHECK_ERRNO(splice(p[0], &at, in, NULL, 1, 0), ESPIPE);
	CHECK_ERRNO(splice(in, &negative, p[1], NULL, 1, 0), EINVAL);
	CHECK_ERRNO(splice(in, test_unmapped(), p[1], NULL, 1, 0), EFAULT);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_ERRNO(splice(p[0], NULL, append, NULL, 1, 0), EINVAL);
	CHECK_OK(close(p[0]));
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(splice(in, NULL, p[1], NULL, 1, 0), EPIPE);
	CHECK_OK(close(p[1]) | close(in) | close(append));
}

static void test(void)
{
	test_scratch();
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7 + i / 251);
	int fd = (int)CHECK_OK(open("in", O_WRONLY | O_CREAT, 0600));
	CHECK_EQ(write(fd, data, sizeof(data)), sizeof(data));
	CHECK_OK(close(fd));
	check_file_to_file();
	check_mixed();
	check_wait();
	check_errors();
}
