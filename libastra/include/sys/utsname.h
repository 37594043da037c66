/* The system's names. */
#ifndef _SYS_UTSNAME_H
#define _SYS_UTSNAME_H

#include <features.h>

__ASTRA_BEGIN_DECLS

struct utsname {
	char sysname[65];
	char nodename[65];
	char release[65];
	char version[65];
	char machine[65];
	char domainname[65];
};

/* 0, or -1 with EFAULT: uname(2). */
int uname(struct utsname *names);

__ASTRA_END_DECLS

#endif
