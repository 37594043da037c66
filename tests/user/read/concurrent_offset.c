/* One open file read by several processes through one offset: every byte is delivered exactly once. */
#include "test.h"

#define RECORDS 400

static void test(void)
{
	unsigned int record;
	int p[2], seen[RECORDS] = { 0 };
	pid_t pids[3];

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	for (record = 0; record < RECORDS; record++)
		CHECK_EQ(write(fd, &record, 4), 4);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_OK(pipe(p));
	for (int i = 0; i < 3; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			while (read(fd, &record, 4) == 4)
				CHECK_EQ(write(p[1], &record, 4), 4);
			test_exit();
		}
	}
	CHECK_OK(close(p[1]));
	while (read(p[0], &record, 4) == 4)
		if (CHECK(record < RECORDS))
			seen[record]++;
	for (int i = 0; i < RECORDS; i++)
		CHECK_EQ(seen[i], 1);
	for (int i = 0; i < 3; i++)
		CHECK_CHILD(pids[i]);
}
