/* ps [-efj] [-p PID]: the processes of the machine. -f adds processor time, -j groups and sessions. */
#include "names.h"
#include "process.h"

static int by_number(const void *a, const void *b)
{
	return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

static void show(const struct process *p, bool full, bool jobs)
{
	printf("%7d %7d ", p->pid, p->parent);
	if (jobs)
		printf("%7d %7d ", p->group, p->session);
	printf("%-8s %c %8ld ", name_of(USERS, p->uid), p->state, p->resident);
	if (full)
		printf("%3lu:%02lu.%02lu ", p->ticks / 6000, p->ticks / 100 % 60, p->ticks % 100);
	puts(p->command);
}

int main(int argc, char **argv)
{
	bool full = false, jobs = false;
	struct process *all;
	long only = -1;
	size_t count;
	int option;

	tool_name = "ps";
	while ((option = getopt(argc, argv, "Aaefjp:")) >= 0) {
		if (option == '?')
			tool_usage("[-efj] [-p PID]");
		full |= option == 'f';
		jobs |= option == 'j';
		if (option == 'p')
			only = tool_number(optarg);
	}
	all = read_processes(&count);
	qsort(all, count, sizeof(*all), by_number);
	printf("    PID    PPID %sUSER     S  RSS(kB) %sCOMMAND\n", jobs ? "   PGID     SID " : "", full ? "     TIME " : "");
	for (size_t i = 0; i < count; i++) {
		if (only < 0 || all[i].pid == only)
			show(&all[i], full, jobs);
	}
	free(all);
	return tool_end();
}
