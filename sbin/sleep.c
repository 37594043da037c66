/* sleep SECONDS...: waits for their sum; decimal fractions and the units s, m, h and d are allowed. */
#include <time.h>

#include "tool.h"

static double seconds_of(const char *text)
{
	static const char units[] = "smhd";
	static const double factors[] = { 1, 60, 3600, 86400 };
	char *end;
	double seconds = strtod(text, &end);
	const char *unit = *end ? strchr(units, *end) : units;

	if (end == text || !unit || (*end && end[1]) || !(seconds >= 0))
		tool_fail(1, "invalid time interval '%s'", text);
	return seconds * factors[unit - units];
}

int main(int argc, char **argv)
{
	struct timespec time;
	double seconds = 0;

	tool_name = "sleep";
	if (argc < 2)
		tool_usage("SECONDS...");
	while (*++argv)
		seconds += seconds_of(*argv);
	if (seconds > 1e15)
		seconds = 1e15;
	time.tv_sec = (time_t)seconds;
	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	while (nanosleep(&time, &time) < 0 && errno == EINTR)
		;
	return 0;
}
