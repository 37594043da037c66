/* reboot: writes everything back and starts the machine again. */
#include <sys/reboot.h>

#include "tool.h"

int main(void)
{
	tool_name = "reboot";
	sync();
	if (reboot(RB_AUTOBOOT) < 0)
		tool_error("cannot restart");
	return tool_status;
}
