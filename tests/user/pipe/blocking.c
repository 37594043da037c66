/* A reader sleeps until there is a byte; a large blocking write is delivered whole and in order. */
#include "test.h"

#define TOTAL (400 << 10)

static unsigned char data[TOTAL];

static void test(void)
{
	unsigned char buf[5000];
	int p[2];
	size_t got = 0;

	CHECK_OK(pipe(p));
	for (size_t i = 0; i < TOTAL; i++)
		data[i] = (unsigned char)(i ^ (i >> 9));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[0]));
		test_sleep(20);
		CHECK_EQ(write(p[1], data, TOTAL), TOTAL);
		test_exit();
	}
	CHECK_OK(close(p[1]));
	for (ssize_t n; (n = read(p[0], buf, sizeof(buf))) > 0; got += (size_t)n)
		if (!CHECK_BYTES(buf, data + got, (size_t)n))
			break;
	CHECK_EQ(got, TOTAL);
	CHECK_CHILD(pid);
}
