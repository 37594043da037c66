/* /proc/meminfo, cpuinfo, uptime and mounts have the lines that programs parse, also when read in tiny pieces. */
#include "test.h"

static void test(void)
{
	static char buf[65536], again[65536];
	double up = 0, idle = 0;
	unsigned long total = 0;

	CHECK(test_read_file("/proc/meminfo", buf, sizeof(buf)) > 0);
	CHECK_EQ(sscanf(buf, "MemTotal: %lu kB", &total), 1);
	CHECK(total > 16000);
	CHECK(strstr(buf, "\nMemFree:") != NULL);
	CHECK(strstr(buf, "\nMemAvailable:") != NULL);
	CHECK(test_read_file("/proc/cpuinfo", buf, sizeof(buf)) > 0);
	CHECK(strstr(buf, "processor\t: 0\n") != NULL);
	CHECK(test_read_file("/proc/uptime", buf, sizeof(buf)) > 0);
	CHECK_EQ(sscanf(buf, "%lf %lf", &up, &idle), 2);
	CHECK(up > 0);
	long n = test_read_file("/proc/mounts", buf, sizeof(buf));
	CHECK(n > 0);
	CHECK(strstr(buf, " / ") != NULL);
	CHECK(strstr(buf, " /proc ") != NULL);
	int fd = (int)CHECK_OK(open("/proc/mounts", O_RDONLY));
	long used = 0;
	while (used < n && read(fd, again + used, 7) > 0)
		used = (long)strlen(again);
	CHECK_EQ(used, n);
	CHECK_BYTES(again, buf, (size_t)n);
}
