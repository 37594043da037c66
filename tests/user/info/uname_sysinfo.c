/* uname(2) and sysinfo(2): plausible contents. */
#include "test.h"
#include <sys/sysinfo.h>
#include <sys/utsname.h>

static void test(void)
{
	struct utsname name;
	struct sysinfo info;

	CHECK_OK(uname(&name));
	CHECK(name.sysname[0] && name.release[0] && name.version[0]);
	CHECK(!strcmp(name.machine, "x86_64"));
	CHECK(atoi(name.release) >= 1);
	CHECK_OK(sysinfo(&info));
	CHECK(info.mem_unit >= 1);
	CHECK(info.totalram * info.mem_unit >= 16UL << 20);
	CHECK(info.freeram <= info.totalram);
	CHECK(info.procs >= 1);
	CHECK(info.uptime < 1UL << 40);
}
