/* Raw mode: VMIN and VTIME in their four combinations, partial reads, O_NONBLOCK; 64 KiB through the pair in both directions. */
#include "pty.h"

#define BULK 65536

static void set_min_time(int min, int time)
{
	struct termios t;

	CHECK_OK(tcgetattr(slave, &t));
	t.c_cc[VMIN] = (cc_t)min;
	t.c_cc[VTIME] = (cc_t)time;
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
}

/* A child types each string after a pause. */
static pid_t type_later(const char *first, const char *second)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		test_sleep(50);
		CHECK_EQ(write(master, first, strlen(first)), (long)strlen(first));
		test_sleep(50);
		CHECK_EQ(write(master, second, strlen(second)), (long)strlen(second));
		test_exit();
	}
	return pid;
}

static void test_min_time(void)
{
	int64_t start;
	pid_t pid;

	set_min_time(0, 0);
	CHECK_READ(slave, 10, "");
	set_min_time(0, 1);
	start = test_now();
	CHECK_READ(slave, 10, "");
	CHECK(test_now() - start >= 90000000);
	set_min_time(4, 0);
	pid = type_later("ab", "cde");
	CHECK_READ(slave, 10, "abcde");
	CHECK_CHILD(pid);
	pid = type_later("ab", "cde");
	CHECK_READ(slave, 3, "abc");
	CHECK_CHILD(pid);
	CHECK_EQ(pty_poll(slave, POLLIN, A_WHILE), 0);
	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK));
	CHECK_READ(slave, 10, "de");
	CHECK_ERRNO(read(slave, &start, 1), EAGAIN);
	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR));
	set_min_time(10, 2);
	pid = type_later("x", "");
	CHECK_READ(slave, 10, "x");
	CHECK_CHILD(pid);
	set_min_time(1, 0);
}

static void fill(unsigned char *buf, unsigned seed)
{
	for (unsigned i = 0; i < BULK; i++)
		buf[i] = (unsigned char)(i * 7 + (i >> 8) + seed);
}

static void bulk(int from, int to, unsigned seed)
{
	static unsigned char want[BULK], got[BULK];
	size_t used = 0;
	pid_t pid;

	fill(want, seed);
	pid = test_fork();
	if (pid == 0) {
		for (size_t done = 0; done < BULK;)
			done += (size_t)CHECK_OK(write(from, want + done, BULK - done));
		test_exit();
	}
	while (used < BULK)
		used += (size_t)CHECK_OK(read(to, got + used, BULK - used < 3000 ? BULK - used : 3000));
	CHECK_BYTES(got, want, BULK);
	CHECK_CHILD(pid);
}

static void test_full(void)
{
	char block[1000] = { 0 };
	ssize_t n;
	long total = 0, back = 0;

	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK));
	CHECK_OK(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK));
	while ((n = write(slave, block, sizeof(block))) > 0)
		total += n;
	CHECK_EQ(errno, EAGAIN);
	CHECK(total >= 4096);
	CHECK_EQ(pty_poll(slave, POLLOUT, 0), 0);
	while (back < total && pty_poll(master, POLLIN, 1000) == POLLIN)
		back += CHECK_OK(read(master, block, sizeof(block)));
	CHECK_EQ(back, total);
	CHECK_ERRNO(read(master, block, 1), EAGAIN);
	CHECK_EQ(pty_poll(slave, POLLOUT, 1000), POLLOUT);
}

static void test(void)
{
	pty_pair();
	pty_raw();
	test_min_time();
	bulk(master, slave, 1);
	bulk(slave, master, 2);
	test_full();
}
