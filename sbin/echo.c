/* echo [-n] [TEXT]...: its arguments, separated by spaces, with the escapes that POSIX's XSI wants undone. */
#include "format.h"
#include "tool.h"

static void format_warn(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", tool_name, what, why);
}

int main(int argc, char **argv)
{
	tool_name = "echo";
	format_echo(argv + 1);
	return tool_end();
}
