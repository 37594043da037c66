/* select(2): the three sets, counts, the time left, EBADF, EINVAL. */
#include "test.h"

static void test(void)
{
	struct timeval tv = { 0, 20000 }, bad = { 0, -1 };
	fd_set r, w;
	int p[2];

	CHECK_OK(pipe(p));
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(p[0], &r);
	int64_t start = test_now();
	CHECK_EQ(RAW(SYS_select, p[1] + 1, &r, 0, 0, &tv), 0);
	CHECK(test_now() - start >= 20000000);
	CHECK_EQ(FD_ISSET(p[0], &r), 0);
	CHECK_EQ(tv.tv_sec + tv.tv_usec, 0);
	FD_SET(p[0], &r);
	FD_SET(p[1], &w);
	CHECK_EQ(select(p[1] + 1, &r, &w, NULL, NULL), 1);
	CHECK(!FD_ISSET(p[0], &r) && FD_ISSET(p[1], &w));
	CHECK_EQ(write(p[1], "x", 1), 1);
	FD_SET(p[0], &r);
	CHECK_EQ(select(p[1] + 1, &r, &w, NULL, NULL), 2);
	tv = (struct timeval){ 30, 0 };
	CHECK_EQ(RAW(SYS_select, p[0] + 1, &r, 0, 0, &tv), 1);
	CHECK(tv.tv_sec >= 1 && tv.tv_sec <= 30);
	/* Above the table's size Linux does not look; just above the open ones it does. */
	FD_SET(p[1] + 1, &r);
	CHECK_EQ(RAW(SYS_select, p[1] + 2, &r, 0, 0, 0), -EBADF);
	CHECK_EQ(RAW(SYS_select, -1, 0, 0, 0, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_select, 0, 0, 0, 0, &bad), -EINVAL);
	CHECK_OK(close(p[1]));
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	CHECK_EQ(select(p[0] + 1, &r, NULL, NULL, NULL), 1);
}
