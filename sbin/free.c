/* free [-bkmgh]: memory of the machine in KiB or as told; shared is what files in memory take, cache what the kernel could give up. */
#include <sys/sysinfo.h>

#include "size.h"
#include "tool.h"

static unsigned long unit = 1024;
static bool human;

static void show(unsigned long bytes)
{
	char text[16];

	if (human)
		printf("%12s", human_size(bytes, text));
	else
		printf("%12lu", bytes / unit);
}

/* The row of /proc/meminfo in bytes; 0 without it. */
static unsigned long meminfo(const char *key)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long value = 0;
	char line[128];
	size_t n = strlen(key);

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, key, n) && line[n] == ':')
			value = strtoul(line + n + 1, NULL, 10) * 1024;
	}
	if (file)
		fclose(file);
	return value;
}

int main(int argc, char **argv)
{
	unsigned long scale, total, unused, cache;
	struct sysinfo info;
	int option;

	tool_name = "free";
	while ((option = getopt(argc, argv, "bkmgh")) >= 0) {
		switch (option) {
		case 'b': unit = 1; break;
		case 'k': unit = 1UL << 10; break;
		case 'm': unit = 1UL << 20; break;
		case 'g': unit = 1UL << 30; break;
		case 'h': human = true; break;
		default: tool_usage("[-bkmgh]");
		}
	}
	if (sysinfo(&info) < 0)
		tool_fail(1, "%s", strerror(errno));
	scale = info.mem_unit ? info.mem_unit : 1;
	total = info.totalram * scale;
	unused = info.freeram * scale;
	cache = meminfo("Buffers") + meminfo("Cached");
	cache = cache < total - unused ? cache : total - unused;
	printf("%-8s%12s%12s%12s%12s%12s%12s\nMem:    ", "", "total", "used", "free", "shared", "buff/cache", "available");
	show(total);
	show(total - unused - cache);
	show(unused);
	show(info.sharedram * scale);
	show(cache);
	show(meminfo("MemAvailable") ? meminfo("MemAvailable") : unused);
	printf("\nSwap:   ");
	show(info.totalswap * scale);
	show((info.totalswap - info.freeswap) * scale);
	show(info.freeswap * scale);
	putchar('\n');
	return tool_end();
}
