/*
 * The machine's names that can be changed: sethostname(2), setdomainname(2), uname(2), /proc/sys/kernel. Task context.
 */
#ifndef SCHED_UTS_H
#define SCHED_UTS_H

#include "lib/types.h"

#define UTS_FIELD 65u		/* bytes of a field of struct utsname, the NUL included */

enum uts_name { UTS_HOST, UTS_DOMAIN };

/* Boot, by the first task that has a root directory: the host's name is the first word of /etc/hostname, or "astra". */
void uts_init(void);

/* The name as it is now, NUL-terminated. */
void uts_get(enum uts_name which, char name[UTS_FIELD]);

/* Any bytes, cut to what fits. The caller has checked who asks. */
void uts_set(enum uts_name which, const char *name, size_t length);

#endif
