/*
 * top [-b] [-d SECONDS] [-n ROUNDS]: the processes that use the processors most, again and again. q ends it, blank shows
 * the next round at once. -b, and what is not a terminal, gets plain lists.
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sysinfo.h>
#include <termios.h>
#include <time.h>

#include "names.h"
#include "process.h"

/* The round before, by process number. */
static struct process *old;
static size_t old_count;
static double old_time;
static bool batch;
static int rows = 24, columns = 80;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The ticks that a process used since the last round, or in all in the first one. */
static unsigned long ticks_of(const struct process *p)
{
	for (size_t i = 0; i < old_count; i++) {
		if (old[i].pid == p->pid)
			return p->ticks - old[i].ticks;
	}
	return p->ticks;
}

static int by_use(const void *a, const void *b)
{
	unsigned long x = ticks_of(a), y = ticks_of(b);

	return x != y ? (x < y ? 1 : -1) : ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

static void show_heading(size_t count, const struct process *all)
{
	struct sysinfo info = { 0 };
	size_t running = 0;

	for (size_t i = 0; i < count; i++)
		running += all[i].state == 'R';
	sysinfo(&info);
	printf("up %ld:%02ld:%02ld, %zu processes, %zu running, memory %lu of %lu MiB used\n", info.uptime / 3600,
	       info.uptime / 60 % 60, info.uptime % 60, count, running, (info.totalram - info.freeram) * info.mem_unit >> 20,
	       info.totalram * info.mem_unit >> 20);
	printf("\n    PID USER     S  RSS(kB)  %%CPU      TIME COMMAND\n");
}

static void show(const struct process *p, double seconds)
{
	double use = seconds > 0 ? (double)ticks_of(p) / seconds : 0;

	printf("%7d %-8s %c %8ld %5.1f %3lu:%02lu.%02lu %.*s\n", p->pid, name_of(USERS, p->uid), p->state, p->resident, use,
	       p->ticks / 6000, p->ticks / 100 % 60, p->ticks % 100, batch ? 200 : columns > 50 ? columns - 50 : 1, p->command);
}

static void show_round(void)
{
	double time = now();
	size_t count, most;
	struct process *all = read_processes(&count);

	qsort(all, count, sizeof(*all), by_use);
	if (!batch)
		fputs("\033[H\033[J", stdout);
	show_heading(count, all);
	most = batch || (int)count < rows - 4 ? count : (size_t)(rows - 4);
	for (size_t i = 0; i < most; i++)
		show(&all[i], old ? time - old_time : 0);
	fflush(stdout);
	free(old);
	old = all;
	old_count = count;
	old_time = time;
}

/* Waits for a key; true when it ends top. */
static bool wait_for_key(double seconds)
{
	struct pollfd key = { .fd = 0, .events = POLLIN };
	char c = 0;

	if (poll(&key, batch ? 0 : 1, (int)(seconds * 1000)) <= 0)
		return false;
	return read(0, &c, 1) <= 0 || c == 'q' || c == 'Q' || c == 3;
}

int main(int argc, char **argv)
{
	struct termios modes, raw;
	struct winsize size;
	double seconds = 3;
	long rounds = -1;
	int option;

	tool_name = "top";
	while ((option = getopt(argc, argv, "bd:n:")) >= 0) {
		switch (option) {
		case 'b': batch = true; break;
		case 'd': seconds = strtod(optarg, NULL); break;
		case 'n': rounds = tool_number(optarg); break;
		default: tool_usage("[-b] [-d SECONDS] [-n ROUNDS]");
		}
	}
	batch |= !isatty(0) || !isatty(1) || tcgetattr(0, &modes) < 0;
	if (!batch) {
		raw = modes;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
		tcsetattr(0, TCSADRAIN, &raw);
		if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_row > 5 && size.ws_col) {
			rows = size.ws_row;
			columns = size.ws_col;
		}
	}
	do
		show_round();
	while (--rounds && !wait_for_key(seconds));
	if (!batch)
		tcsetattr(0, TCSADRAIN, &modes);
	return tool_end();
}
