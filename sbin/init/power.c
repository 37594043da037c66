/* The end of the machine. */
#include <stdlib.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "init.h"

_Noreturn void power_off(int status)
{
	if (getpid() == 1) {
		sync();
		reboot(RB_POWER_OFF);
	}
	exit(status);
}
