/* AF_UNIX, as the rest of the kernel sees it; unix_create is in families.h. */
#ifndef NET_UNIX_H
#define NET_UNIX_H

void unix_init(void);		/* boot, after slabs and proc */

#endif
