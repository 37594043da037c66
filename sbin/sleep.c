/* sleep SECONDS: decimal fractions are allowed. */
#include <time.h>

#include "tool.h"

int main(int argc, char **argv)
{
	struct timespec time;
	double seconds;
	char *end;

	tool_name = "sleep";
	if (argc != 2)
		tool_usage("SECONDS");
	seconds = strtod(argv[1], &end);
	if (*end || end == argv[1] || !(seconds >= 0) || seconds > 1e15)
		tool_fail(1, "invalid time interval '%s'", argv[1]);
	time.tv_sec = (time_t)seconds;
	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	while (nanosleep(&time, &time) < 0 && errno == EINTR)
		;
	return 0;
}
