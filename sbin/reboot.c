/* reboot [-fp]: writes everything back and starts the machine again. */
#include <sys/reboot.h>

#include "tool.h"

int main(int argc, char **argv)
{
	int option;

	tool_name = "reboot";
	while ((option = getopt(argc, argv, "fp")) >= 0) {	/* what they ask for happens anyway */
		if (option == '?')
			tool_usage("[-fp]");
	}
	if (optind < argc)
		tool_usage("[-fp]");
	sync();
	if (reboot(RB_AUTOBOOT) < 0)
		tool_error("cannot restart");
	return tool_status;
}
