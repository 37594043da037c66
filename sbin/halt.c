/* halt: writes everything back and switches the machine off. */
#include <sys/reboot.h>

#include "tool.h"

int main(void)
{
	tool_name = "halt";
	sync();
	if (reboot(RB_POWER_OFF) < 0)
		tool_error("cannot switch off");
	return tool_status;
}
