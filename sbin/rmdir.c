/* rmdir DIRECTORY...: removes empty directories. */
#include "tool.h"

int main(int argc, char **argv)
{
	tool_name = "rmdir";
	if (argc < 2)
		tool_usage("DIRECTORY...");
	for (int i = 1; i < argc; i++) {
		if (rmdir(argv[i]) < 0)
			tool_error(argv[i]);
	}
	return tool_status;
}
