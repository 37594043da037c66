/* date [-u] [+FORMAT]: the time, UTC. */
#include <time.h>

#include "tool.h"

int main(int argc, char **argv)
{
	const char *format = "%a %b %e %H:%M:%S %Z %Y";
	time_t now = time(NULL);
	char text[1024];

	tool_name = "date";
	while (getopt(argc, argv, "u") == 'u')
		;
	if (optind < argc) {
		if (argv[optind][0] != '+')
			tool_usage("[-u] [+FORMAT]");
		format = argv[optind] + 1;
	}
	if (!strftime(text, sizeof(text), format, gmtime(&now)) && *format)
		tool_fail(1, "the result is too long");
	puts(*format ? text : "");
	return tool_end();
}
