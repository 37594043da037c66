/* sendfile(2) and splice(2) into and out of AF_UNIX streams. */
#include "test.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

#define SIZE 100000

static char out[SIZE], in[SIZE];

static void receive_all(int s)
{
	CHECK_EQ(recv(s, in, SIZE, MSG_WAITALL), SIZE);
	CHECK(memcmp(in, out, SIZE) == 0);
	memset(in, 0, SIZE);
}

static void test(void)
{
	int s[2], p[2];
	size_t moved = 0;

	for (size_t i = 0; i < SIZE; i++)
		out[i] = (char)(i * 7 + i / 256);
	test_scratch();
	int f = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(f, out, SIZE), SIZE);
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_OK(pipe(p));
	pid_t child = test_fork();
	if (child == 0) {
		off_t at = 0;

		while (at < SIZE)
			CHECK(CHECK_OK(sendfile(s[0], f, &at, (size_t)(SIZE - at))) > 0);
		test_exit();
	}
	receive_all(s[1]);
	CHECK_CHILD(child);
	/* File, pipe, socket, socket's other end, pipe: every byte. */
	child = test_fork();
	if (child == 0) {
		loff_t at = 0;

		while (at < SIZE) {
			ssize_t n = CHECK_OK(splice(f, &at, p[1], NULL, 65536, 0));

			while (n > 0)
				n -= CHECK_OK(splice(p[0], NULL, s[0], NULL, (size_t)n, 0));
		}
		test_exit();
	}
	int q[2];
	CHECK_OK(pipe(q));
	while (moved < SIZE) {
		ssize_t n = CHECK_OK(splice(s[1], NULL, q[1], NULL, 30000, 0));

		for (ssize_t done = 0, m; done < n; done += m)
			m = CHECK_OK(read(q[0], in + moved + done, (size_t)(n - done)));
		moved += (size_t)n;
	}
	CHECK(memcmp(in, out, SIZE) == 0);
	CHECK_CHILD(child);
}
