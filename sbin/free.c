/* free: memory of the machine in KiB. */
#include <sys/sysinfo.h>

#include "tool.h"

int main(void)
{
	struct sysinfo info;
	unsigned long unit;

	tool_name = "free";
	if (sysinfo(&info) < 0)
		tool_fail(1, "%s", strerror(errno));
	unit = info.mem_unit ? info.mem_unit : 1;
	printf("%-8s%12s%12s%12s\n", "", "total", "used", "free");
	printf("%-8s%12lu%12lu%12lu\n", "Mem:", info.totalram * unit / 1024, (info.totalram - info.freeram) * unit / 1024,
	       info.freeram * unit / 1024);
	return tool_end();
}
