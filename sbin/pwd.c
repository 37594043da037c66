/* pwd: the working directory without links. */
#include <limits.h>

#include "tool.h"

int main(void)
{
	char path[PATH_MAX];

	tool_name = "pwd";
	if (getcwd(path, sizeof(path)))
		puts(path);
	else
		tool_error("cannot find the working directory");
	return tool_end();
}
