/* echo [-n] [TEXT]...: its arguments, separated by spaces. */
#include "tool.h"

int main(int argc, char **argv)
{
	bool newline = argc < 2 || strcmp(argv[1], "-n");

	tool_name = "echo";
	for (int i = newline ? 1 : 2; i < argc; i++)
		printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	if (newline)
		putchar('\n');
	return tool_end();
}
