/* The chart of the boot's phases: time stamps are TSC ticks since reset, so the first phase is the firmware's. */
#ifndef BOOT_PHASES_H
#define BOOT_PHASES_H

#include "abi/boot_info.h"

void boot_phases_start(const struct boot_times *times);
void boot_phases_print(void);		/* to the log, at the end; boot_phase (boot.h) ends a phase */

#endif
