/* sendfile(2) and splice(2) with connections: bytes in order, ends, files that change or shrink meanwhile, full connections, errors. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#define SIZE 1000003

static char data[SIZE], seen[SIZE + 16];

static void make_pair(int fds[2])
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int l = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));

	CHECK_OK(bind(l, (void *)&a, n));
	CHECK_OK(listen(l, 1));
	CHECK_OK(getsockname(l, (void *)&a, &n));
	fds[0] = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(fds[0], (void *)&a, n));
	fds[1] = CHECK_OK(accept(l, NULL, NULL));
	CHECK_OK(close(l));
}

static int make_file(size_t size)
{
	char name[] = "/tmp/splice.XXXXXX";
	int f = CHECK_OK(mkstemp(name));

	unlink(name);
	CHECK_EQ(write(f, data, size), (long)size);
	CHECK_OK(lseek(f, 0, SEEK_SET));
	return f;
}

static size_t read_all(int fd, char *to, size_t most)
{
	size_t got = 0;
	ssize_t n;

	while (got < most && (n = CHECK_OK(read(fd, to + got, most - got))) > 0)
		got += (size_t)n;
	return got;
}

/* A reader in another process says whether it saw `size` bytes of data from `from` on, and the end behind them. */
static pid_t reader(int fds[2], size_t from, size_t size)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_OK(close(fds[0]));
		CHECK_EQ(read_all(fds[1], seen, sizeof(seen)), (long)size);
		CHECK_BYTES(seen, data + from, size);
		test_exit();
	}
	CHECK_OK(close(fds[1]));
	return pid;
}

static void whole_file(void)
{
	int fds[2], f = make_file(SIZE);
	off_t at = 5;

	make_pair(fds);
	pid_t pid = reader(fds, 0, SIZE);
	size_t sent = 0;
	while (sent < SIZE)
		sent += (size_t)CHECK_OK(sendfile(fds[0], f, NULL, SIZE * 2));
	CHECK_EQ(sendfile(fds[0], f, NULL, 10), 0);
	CHECK_OK(close(fds[0]));
	CHECK_CHILD(pid);

	make_pair(fds);
	pid = reader(fds, 5, 50000);
	for (sent = 0; sent < 50000;)
		sent += (size_t)CHECK_OK(sendfile(fds[0], f, &at, 50000 - sent));
	CHECK_EQ(at, 50005);
	CHECK_OK(close(fds[0]));
	CHECK_CHILD(pid);
	CHECK_OK(close(f));
}

/* The last piece goes at once even when more was asked for than the file has. */
static void short_file(void)
{
	int fds[2], f = make_file(5000);

	make_pair(fds);
	CHECK_EQ(sendfile(fds[0], f, NULL, 100000), 5000);
	CHECK_EQ(recv(fds[1], seen, 5000, MSG_WAITALL), 5000);
	CHECK_BYTES(seen, data, 5000);
	/* A header by MSG_MORE, then the file: as servers do. */
	CHECK_OK(lseek(f, 0, SEEK_SET));
	CHECK_EQ(send(fds[0], "HEAD", 4, MSG_MORE), 4);
	CHECK_EQ(sendfile(fds[0], f, NULL, 100), 100);
	CHECK_EQ(recv(fds[1], seen, 104, MSG_WAITALL), 104);
	CHECK_BYTES(seen + 4, data, 100);
	/* Ends. */
	CHECK_OK(close(fds[1]));
	test_sleep(10);
	signal(SIGPIPE, SIG_IGN);
	ssize_t n = 0;
	for (int i = 0; i < 100 && n >= 0; i++) {
		off_t at = 0;
		n = sendfile(fds[0], f, &at, 100);
		test_sleep(2);
	}
	CHECK_EQ(n, -1);
	CHECK(errno == EPIPE || errno == ECONNRESET);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(f));
}

static void full(void)
{
	int fds[2], f = make_file(SIZE);
	size_t sent = 0;
	ssize_t n;

	make_pair(fds);
	CHECK_OK(fcntl(fds[0], F_SETFL, O_NONBLOCK));
	for (int i = 0; i < 100; i++) {
		off_t at = 0;
		n = sendfile(fds[0], f, &at, SIZE);
		if (n < 0)
			break;
		CHECK_EQ(n, at);
		sent += (size_t)n;
	}
	CHECK_EQ(n, -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	size_t got = 0;
	while ((n = CHECK_OK(read(fds[1], seen, SIZE))) > 0)
		got += (size_t)n;
	CHECK_EQ(got, sent);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
	CHECK_OK(close(f));
}

/* What a reader sees of a file that changes under way is undefined; how much it sees is not, and nothing breaks. */
static void changing(void)
{
	int fds[2], f = make_file(SIZE);
	off_t at = 0;

	make_pair(fds);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(fds[0]));
		test_sleep(20);
		CHECK_EQ(read_all(fds[1], seen, sizeof(seen)), 300000);
		for (size_t i = 0; i < 300000; i++)
			if (seen[i] != data[i] && seen[i] != 'Z' && seen[i] != 0) {
				CHECK_EQ(i, -1);
				break;
			}
		test_exit();
	}
	CHECK_OK(close(fds[1]));
	size_t sent = 0;
	while (sent < 300000)
		sent += (size_t)CHECK_OK(sendfile(fds[0], f, &at, 300000 - sent));
	memset(seen, 'Z', 100000);
	CHECK_EQ(pwrite(f, seen, 100000, 1000), 100000);
	CHECK_OK(ftruncate(f, 100));
	CHECK_OK(close(f));
	CHECK_OK(close(fds[0]));
	CHECK_CHILD(pid);
}

/* connection -> pipe -> connection: what a proxy does. */
static void relay(void)
{
	int in[2], out[2], p[2];
	size_t moved = 0;
	ssize_t n;

	make_pair(in);
	make_pair(out);
	CHECK_OK(pipe(p));
	pid_t writer = test_fork();
	if (writer == 0) {
		for (size_t done = 0; done < SIZE;)
			done += (size_t)CHECK_OK(write(in[0], data + done, SIZE - done < 60000 ? SIZE - done : done % 50000 + 777));
		test_exit();
	}
	CHECK_OK(close(in[0]));
	pid_t sink = reader(out, 0, SIZE);
	while ((n = CHECK_OK(splice(in[1], NULL, p[1], NULL, 65536, SPLICE_F_MOVE | SPLICE_F_MORE))) > 0) {
		for (ssize_t left = n; left > 0;)
			left -= CHECK_OK(splice(p[0], NULL, out[0], NULL, (size_t)left, SPLICE_F_MOVE));
		moved += (size_t)n;
	}
	CHECK_EQ(moved, SIZE);
	CHECK_CHILD(writer);
	CHECK_OK(close(out[0]));
	CHECK_CHILD(sink);
	CHECK_OK(close(in[1]));

	/* Into a file, too; and what a pipe's page is shared with is not written over by the pipe's next writer. */
	int f = make_file(1);
	loff_t to = 0;
	make_pair(in);
	CHECK_EQ(write(p[1], "first", 5), 5);
	CHECK_EQ(splice(p[0], NULL, in[0], NULL, 3, 0), 3);
	CHECK_EQ(write(p[1], "second", 6), 6);
	CHECK_EQ(splice(p[0], NULL, in[0], NULL, 100, 0), 8);
	CHECK_EQ(recv(in[1], seen, 4, MSG_WAITALL), 4);
	CHECK_BYTES(seen, "firs", 4);
	CHECK_EQ(splice(in[1], NULL, p[1], NULL, 100, 0), 7);
	CHECK_EQ(splice(p[0], NULL, f, &to, 7, 0), 7);
	CHECK_EQ(pread(f, seen, 7, 0), 7);
	CHECK_BYTES(seen, "tsecond", 7);
	CHECK_OK(fcntl(in[1], F_SETFL, O_NONBLOCK));
	CHECK_ERRNO(splice(in[1], NULL, p[1], NULL, 10, 0), EAGAIN);
	to = 0;
	CHECK_ERRNO(splice(in[1], &to, p[1], NULL, 10, 0), EINVAL);
	CHECK_OK(close(in[0]));
	test_sleep(20);
	CHECK_EQ(splice(in[1], NULL, p[1], NULL, 10, 0), 0);
	CHECK_OK(close(in[1]));
	int fresh = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_ERRNO(splice(fresh, NULL, p[1], NULL, 10, 0), ENOTCONN);
	CHECK_OK(close(fresh));
	CHECK_OK(close(f));
	CHECK_OK(close(p[0]));
	CHECK_OK(close(p[1]));
}

static void test(void)
{
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (char)('a' + (i * 7 + i / 4099) % 25);
	whole_file();
	short_file();
	full();
	changing();
	relay();
}
