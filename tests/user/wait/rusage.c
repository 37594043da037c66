/* wait4(2) fills in the child's resource usage, and RUSAGE_CHILDREN adds it up after the wait. */
#include "test.h"

static void test(void)
{
	struct rusage usage, children;
	int status;

	CHECK_OK(getrusage(RUSAGE_CHILDREN, &children));
	CHECK_EQ(children.ru_utime.tv_sec + children.ru_utime.tv_usec, 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		struct rusage own;
		do
			getrusage(RUSAGE_SELF, &own);
		while (own.ru_utime.tv_usec + own.ru_stime.tv_usec < 30000 && own.ru_utime.tv_sec + own.ru_stime.tv_sec == 0);
		_exit(0);
	}
	memset(&usage, 0x77, sizeof(usage));
	CHECK_EQ(wait4(pid, &status, 0, &usage), pid);
	long us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
	CHECK(us >= 20000 && us < 60000000);
	CHECK_OK(getrusage(RUSAGE_CHILDREN, &children));
	long sum = (children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000000 + children.ru_utime.tv_usec +
		   children.ru_stime.tv_usec;
	CHECK(sum >= 20000);
	CHECK_ERRNO(getrusage(5, &usage), EINVAL);
}
