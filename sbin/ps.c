/*
 * ps [-AaefjlT] [aux] [-o NAME[=HEADING],...] [-p PID,...] [-u USER,...] [-t TERMINAL]: processes. Without -A, -e or letters of
 * BSD's those of the caller's session; -f, -j, -l, u and -o choose the columns, which one table defines.
 */
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "names.h"
#include "process.h"

static const char usage[] = "[-AaefjlT] [aux] [-o NAME[=HEADING],...] [-p PID,...] [-u USER,...]";
static unsigned long memory;		/* of the machine in KiB */
static time_t now;
static double uptime;

/* ---- columns */

static void put_pid(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->pid); }
static void put_ppid(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->parent); }
static void put_pgid(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->group); }
static void put_sid(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->session); }
static void put_user(const struct process *p, char *out, size_t n) { strlcpy(out, name_of(USERS, p->uid), n); }
static void put_uid(const struct process *p, char *out, size_t n) { snprintf(out, n, "%u", p->uid); }
static void put_rss(const struct process *p, char *out, size_t n) { snprintf(out, n, "%ld", p->resident); }
static void put_vsz(const struct process *p, char *out, size_t n) { snprintf(out, n, "%ld", p->virtual); }
static void put_comm(const struct process *p, char *out, size_t n) { strlcpy(out, p->name, n); }
static void put_args(const struct process *p, char *out, size_t n) { strlcpy(out, p->command, n); }
static void put_nice(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->nice); }
static void put_state(const struct process *p, char *out, size_t n) { snprintf(out, n, "%c", p->state); }
static void put_threads(const struct process *p, char *out, size_t n) { snprintf(out, n, "%d", p->threads); }

static double age_of(const struct process *p)
{
	double age = uptime - (double)p->start / 100;

	return age > 0.01 ? age : 0.01;
}

static void put_time(const struct process *p, char *out, size_t n)
{
	unsigned long s = p->ticks / 100;

	snprintf(out, n, "%02lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

static void put_elapsed(const struct process *p, char *out, size_t n)
{
	unsigned long s = (unsigned long)age_of(p), days = s / 86400, hours = s / 3600 % 24;
	int used = days ? snprintf(out, n, "%lu-%02lu:", days, hours) : hours ? snprintf(out, n, "%02lu:", hours) : 0;

	snprintf(out + used, n - (size_t)used, "%02lu:%02lu", s / 60 % 60, s % 60);
}

static void put_start(const struct process *p, char *out, size_t n)
{
	time_t start = now - (time_t)age_of(p);
	struct tm tm;

	if (localtime_r(&start, &tm))
		strftime(out, n, now - start < 86400 ? "%H:%M" : "%b%d", &tm);
}

static void put_cpu(const struct process *p, char *out, size_t n)
{
	snprintf(out, n, "%.1f", (double)p->ticks / age_of(p));
}

static void put_memory(const struct process *p, char *out, size_t n)
{
	snprintf(out, n, "%.1f", memory ? 100.0 * (double)p->resident / (double)memory : 0);
}

static void put_terminal(const struct process *p, char *out, size_t n)
{
	unsigned device = (unsigned)p->terminal, number = minor(device);

	if (!device)
		strlcpy(out, "?", n);
	else if (major(device) >= 136 && major(device) <= 143)
		snprintf(out, n, "pts/%u", number);
	else if (major(device) == 4 && number >= 64)
		snprintf(out, n, "ttyS%u", number - 64);
	else
		snprintf(out, n, major(device) == 5 ? "console" : "tty%u", number);
}

static const struct column {
	const char *name, *heading;
	int width;		/* negative: to the left */
	void (*put)(const struct process *p, char *out, size_t n);
} columns[] = {
	{ "pid", "PID", 7, put_pid }, { "ppid", "PPID", 7, put_ppid }, { "pgid", "PGID", 7, put_pgid },
	{ "sid", "SID", 7, put_sid }, { "sess", "SESS", 7, put_sid }, { "user", "USER", -8, put_user },
	{ "ruser", "RUSER", -8, put_user }, { "uname", "USER", -8, put_user }, { "uid", "UID", 5, put_uid },
	{ "rss", "RSS", 7, put_rss }, { "vsz", "VSZ", 8, put_vsz }, { "comm", "COMMAND", -15, put_comm },
	{ "ucmd", "CMD", -15, put_comm }, { "args", "COMMAND", -27, put_args }, { "cmd", "CMD", -27, put_args },
	{ "command", "COMMAND", -27, put_args }, { "nice", "NI", 3, put_nice }, { "ni", "NI", 3, put_nice },
	{ "state", "S", -1, put_state }, { "s", "S", -1, put_state }, { "stat", "STAT", -4, put_state },
	{ "nlwp", "NLWP", 4, put_threads }, { "time", "TIME", 8, put_time }, { "cputime", "TIME", 8, put_time },
	{ "etime", "ELAPSED", 11, put_elapsed }, { "stime", "STIME", 5, put_start }, { "start", "START", 5, put_start },
	{ "pcpu", "%CPU", 4, put_cpu }, { "%cpu", "%CPU", 4, put_cpu }, { "c", "C", 4, put_cpu },
	{ "pmem", "%MEM", 4, put_memory }, { "%mem", "%MEM", 4, put_memory }, { "tty", "TTY", -8, put_terminal },
	{ "tt", "TT", -8, put_terminal }, { "tname", "TTY", -8, put_terminal },
};

static struct shown {
	const struct column *column;
	const char *heading;
} shown[64];
static size_t shown_count;

static const struct column *find_column(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strlen(columns[i].name) == n && !strncasecmp(columns[i].name, name, n))
			return &columns[i];
	}
	tool_fail(1, "unknown column '%.*s'", (int)n, name);
}

/* NAME[=HEADING],...; a heading goes to the end of the argument. */
static void add_columns(const char *list)
{
	while (*list && shown_count < sizeof(shown) / sizeof(shown[0])) {
		size_t n = strcspn(list, "=, ");
		const struct column *column = find_column(list, n);
		bool named = list[n] == '=';

		shown[shown_count++] = (struct shown){ column, named ? list + n + 1 : column->heading };
		if (named)
			return;
		list += n + (list[n] != 0);
	}
}

static void put_cell(const struct shown *s, const char *text, bool last)
{
	int width = s->column->width, heading = (int)strlen(s->heading);

	if (width > 0 && heading > width)
		width = heading;
	if (width < 0 && heading > -width)
		width = -heading;
	printf("%*s%s", last && width < 0 ? 0 : width, text, last ? "\n" : " ");
}

static void put_headings(void)
{
	bool any = false;

	for (size_t i = 0; i < shown_count; i++)
		any |= *shown[i].heading != 0;
	for (size_t i = 0; any && i < shown_count; i++)
		put_cell(&shown[i], shown[i].heading, i + 1 == shown_count);
}

static void put_row(const struct process *p)
{
	for (size_t i = 0; i < shown_count; i++) {
		char text[512] = "";

		shown[i].column->put(p, text, sizeof(text));
		put_cell(&shown[i], text, i + 1 == shown_count);
	}
}

/* ---- which */

static struct {
	bool all, terminals;
	const char *pids, *users;
} wanted;

static bool is_listed(const char *list, long number, const char *name)
{
	while (*list) {
		size_t n = strcspn(list, ", ");

		if ((name && strlen(name) == n && !strncmp(name, list, n)) || (n && strtol(list, NULL, 10) == number &&
									      *list >= '0' && *list <= '9'))
			return true;
		list += n + (list[n] != 0);
	}
	return false;
}

static bool is_wanted(const struct process *p)
{
	if (wanted.all)
		return true;
	if (wanted.pids && is_listed(wanted.pids, p->pid, NULL))
		return true;
	if (wanted.users && is_listed(wanted.users, p->uid, name_of(USERS, p->uid)))
		return true;
	if (wanted.terminals)
		return p->terminal != 0;
	return !wanted.pids && !wanted.users && p->session == getsid(0);
}

static int by_number(const void *a, const void *b)
{
	return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

/* BSD's letters, without a dash: a and x are everybody's, u the columns for people. */
static void take_letters(const char *letters)
{
	for (; *letters; letters++) {
		if (!strchr("auxwe", *letters))
			tool_usage(usage);
		wanted.all |= *letters == 'x' || *letters == 'e';
		wanted.terminals |= *letters == 'a';
		if (*letters == 'u')
			add_columns("user,pid,%cpu,%mem,vsz,rss,tty,stat,start,time,args");
	}
}

static void parse_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "AaefjlTo:p:u:U:w")) >= 0) {
		switch (option) {
		case 'A':
		case 'e': wanted.all = true; break;
		case 'a':
		case 'T': wanted.terminals = true; break;
		case 'f': add_columns("user,pid,ppid,c,stime,tty,time,cmd"); break;
		case 'j': add_columns("pid,ppid,pgid,sid,tty,time,ucmd"); break;
		case 'l': add_columns("state,uid,pid,ppid,c,ni,vsz,tty,time,ucmd"); break;
		case 'o': add_columns(optarg); break;
		case 'p': wanted.pids = optarg; break;
		case 'u':
		case 'U': wanted.users = optarg; break;
		case 'w': break;	/* lines are never cut */
		default: tool_usage(usage);
		}
	}
	for (; optind < argc; optind++)
		take_letters(argv[optind]);
	if (!shown_count)
		add_columns("pid,tty,time,ucmd");
}

int main(int argc, char **argv)
{
	struct process *all;
	struct sysinfo info;
	struct timespec boot;
	bool found = false;
	size_t count;

	tool_name = "ps";
	parse_options(argc, argv);
	if (sysinfo(&info) == 0)
		memory = info.totalram * (info.mem_unit ? info.mem_unit : 1) / 1024;
	now = time(NULL);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	uptime = (double)boot.tv_sec + (double)boot.tv_nsec / 1e9;
	all = read_processes(&count);
	qsort(all, count, sizeof(*all), by_number);
	put_headings();
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(&all[i]))
			continue;
		put_row(&all[i]);
		found = true;
	}
	free(all);
	return tool_end() || !found;
}
