/* Ending the machine. Needs uid 0; call sync() first. */
#ifndef _SYS_REBOOT_H
#define _SYS_REBOOT_H

#include <features.h>

__ASTRA_BEGIN_DECLS

#define RB_AUTOBOOT     0x01234567
#define RB_HALT_SYSTEM  0xcdef0123u
#define RB_POWER_OFF    0x4321fedc
#define RB_ENABLE_CAD   0x89abcdefu
#define RB_DISABLE_CAD  0

/* Does not return where the command ends the machine; else 0, or -1 (EPERM, EINVAL). */
int reboot(unsigned int command);

__ASTRA_END_DECLS

#endif
