/* What moves which time stamp: writing, chmod, linking, changes of a directory. */
#include "test.h"

static int64_t ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void test(void)
{
	struct stat before, after;
	struct timespec now;

	test_scratch();
	test_write_file("f", "x");
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	CHECK_OK(stat("f", &before));
	CHECK(llabs(ns(now) - ns(before.st_mtim)) < 60LL * 1000000000);
	test_sleep(20);
	CHECK_OK(chmod("f", 0600));
	CHECK_OK(stat("f", &after));
	CHECK(ns(after.st_ctim) > ns(before.st_ctim));
	CHECK_EQ(ns(after.st_mtim), ns(before.st_mtim));
	test_sleep(20);
	int fd = (int)CHECK_OK(open("f", O_WRONLY));
	CHECK_EQ(write(fd, "y", 1), 1);
	CHECK_OK(close(fd));
	CHECK_OK(stat("f", &before));
	CHECK(ns(before.st_mtim) > ns(after.st_mtim));
	CHECK(ns(before.st_ctim) > ns(after.st_ctim));

	CHECK_OK(stat(".", &before));
	test_sleep(20);
	CHECK_OK(link("f", "g"));
	CHECK_OK(stat(".", &after));
	CHECK(ns(after.st_mtim) > ns(before.st_mtim));
	test_sleep(20);
	CHECK_OK(unlink("g"));
	CHECK_OK(stat(".", &before));
	CHECK(ns(before.st_mtim) > ns(after.st_mtim));
}
