/* halt [-fp]: writes everything back and switches the machine off. */
#include <sys/reboot.h>

#include "tool.h"

int main(int argc, char **argv)
{
	int option;

	tool_name = "halt";
	while ((option = getopt(argc, argv, "fp")) >= 0) {	/* what they ask for happens anyway */
		if (option == '?')
			tool_usage("[-fp]");
	}
	if (optind < argc)
		tool_usage("[-fp]");
	sync();
	if (reboot(RB_POWER_OFF) < 0)
		tool_error("cannot switch off");
	return tool_status;
}
