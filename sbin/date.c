/*
 * date [-uIR] [-d DATE | -r FILE] [+FORMAT], date -s DATE: the time, or the one given or a file's, as strftime formats it (and
 * %N, nanoseconds); -I is ISO 8601's date (-Iseconds: and time), -R the form of mail. -s sets the clock.
 */
#include <sys/stat.h>

#include "tool.h"
#include "when.h"

static const char usage[] = "[-uR] [-I[seconds]] [-d DATE | -r FILE | -s DATE] [+FORMAT]";

/* Replaces %N, which strftime does not know. */
static void expand_nanoseconds(const char *format, long nanoseconds, char *out, size_t size)
{
	size_t n = 0;

	while (*format && n + 10 < size) {
		if (format[0] == '%' && format[1] == 'N') {
			n += (size_t)snprintf(out + n, size - n, "%09ld", nanoseconds);
			format += 2;
			continue;
		}
		if (format[0] == '%' && format[1])
			out[n++] = *format++;
		out[n++] = *format++;
	}
	out[n] = 0;
}

static void print(const char *format, const struct timespec *when)
{
	char expanded[1024], text[4096];
	struct tm tm;

	if (!localtime_r(&when->tv_sec, &tm))
		tool_fail(1, "%s", strerror(errno));
	expand_nanoseconds(format, when->tv_nsec, expanded, sizeof(expanded));
	if (!strftime(text, sizeof(text), expanded, &tm))
		text[0] = 0;
	puts(text);
}

/* ISO 8601 has a colon in the zone, which strftime's %z lacks. */
static void print_iso(bool seconds, const struct timespec *when)
{
	char text[64], zone[16];
	struct tm tm;

	if (!localtime_r(&when->tv_sec, &tm))
		tool_fail(1, "%s", strerror(errno));
	strftime(text, sizeof(text), seconds ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	if (seconds)
		printf("%s%.3s:%s\n", text, zone, zone + 3);
	else
		puts(text);
}

static void parse(const char *text, struct timespec *when)
{
	if (!parse_when(text, when))
		tool_fail(1, "invalid date '%s'", text);
}

int main(int argc, char **argv)
{
	const char *format = "%a %b %e %H:%M:%S %Z %Y", *given = NULL, *iso = NULL;
	struct timespec when;
	struct stat status;
	bool set = false;
	int option;

	tool_name = "date";
	clock_gettime(CLOCK_REALTIME, &when);
	while ((option = getopt(argc, argv, "uRI::d:r:s:")) >= 0) {
		switch (option) {
		case 'u': setenv("TZ", "UTC0", 1); break;
		case 'R': format = "%a, %d %b %Y %H:%M:%S %z"; break;
		case 'I': iso = optarg ? optarg : "date"; break;
		case 's': set = true; /* fallthrough */
		case 'd': given = optarg; break;
		case 'r':
			if (stat(optarg, &status) < 0)
				tool_fail(1, "%s: %s", optarg, strerror(errno));
			when = status.st_mtim;
			break;
		default:
			tool_usage(usage);
		}
	}
	if (given)
		parse(given, &when);
	if (set && clock_settime(CLOCK_REALTIME, &when) < 0)
		tool_fail(1, "cannot set date: %s", strerror(errno));
	if (iso && strcmp(iso, "date") && strcmp(iso, "seconds"))
		tool_usage(usage);
	if (optind < argc) {
		if (argv[optind][0] != '+')
			tool_fail(1, "invalid date '%s'", argv[optind]);
		format = argv[optind] + 1;
	}
	if (iso)
		print_iso(!strcmp(iso, "seconds"), &when);
	else
		print(format, &when);
	return tool_end();
}
