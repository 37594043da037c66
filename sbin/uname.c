/* uname [-asnrvm]: the names of the system. */
#include <sys/utsname.h>

#include "tool.h"

int main(int argc, char **argv)
{
	const char *letters = "snrvm", *separator = "";
	bool wanted[5] = { false };
	struct utsname names;
	int option;

	tool_name = "uname";
	if (uname(&names) < 0)
		tool_fail(1, "%s", strerror(errno));
	while ((option = getopt(argc, argv, "asnrvm")) >= 0) {
		if (option == '?')
			tool_usage("[-asnrvm]");
		for (int i = 0; i < 5; i++)
			wanted[i] |= option == 'a' || option == letters[i];
	}
	wanted[0] |= !wanted[1] && !wanted[2] && !wanted[3] && !wanted[4];
	for (int i = 0; i < 5; i++) {
		const char *const values[] = { names.sysname, names.nodename, names.release, names.version, names.machine };

		if (!wanted[i])
			continue;
		printf("%s%s", separator, values[i]);
		separator = " ";
	}
	putchar('\n');
	return tool_end();
}
