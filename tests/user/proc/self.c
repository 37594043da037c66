/* /proc/self: exe, cmdline, status, stat, fd and maps of the process that looks. */
#include "test.h"

static void test(void)
{
	static char buf[65536];
	char link[256] = "", number[32];
	struct stat a, b;

	CHECK(readlink("/proc/self/exe", link, sizeof(link) - 1) > 0);
	CHECK_EQ(link[0], '/');
	CHECK_OK(stat("/proc/self/exe", &a));
	CHECK_OK(stat(link, &b));
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK(test_read_file("/proc/self/cmdline", buf, sizeof(buf)) > 0);
	CHECK(strlen(buf) > 0);
	CHECK(test_read_file("/proc/self/status", buf, sizeof(buf)) > 0);
	snprintf(number, sizeof(number), "Pid:\t%d\n", getpid());
	CHECK(strstr(buf, number) != NULL);
	snprintf(number, sizeof(number), "PPid:\t%d\n", getppid());
	CHECK(strstr(buf, number) != NULL);
	CHECK(strstr(buf, "Uid:\t") != NULL);
	CHECK(test_read_file("/proc/self/stat", buf, sizeof(buf)) > 0);
	CHECK_EQ(atoi(buf), getpid());
	CHECK(strstr(buf, ") R ") != NULL);

	char *map = test_map(3 * PAGE, PROT_READ | PROT_WRITE);
	CHECK_OK(mprotect(map + PAGE, PAGE, PROT_NONE));
	CHECK(test_read_file("/proc/self/maps", buf, sizeof(buf)) > 0);
	snprintf(number, sizeof(number), "%lx-%lx ---p", (unsigned long)map + PAGE, (unsigned long)map + 2 * PAGE);
	CHECK(strstr(buf, number) != NULL);
	CHECK(strstr(buf, "[stack]") != NULL);
	CHECK(strstr(buf, "r-xp") != NULL);
	snprintf(number, sizeof(number), "/proc/%d/status", getpid());
	CHECK_OK(access(number, F_OK));
	CHECK_ERRNO(open("/proc/1073741823/status", O_RDONLY), ENOENT);
}
