/* AF_UNIX, as the rest of the kernel sees it; unix_create is in families.h. */
#ifndef NET_UNIX_H
#define NET_UNIX_H

#include "lib/types.h"

void unix_init(void);		/* boot, after slabs and proc */

struct unix_row {
	u16 type;
	u64 inode;
	bool listening, connected;
	const char *name;		/* name_length bytes; an abstract one begins with NUL */
	u32 name_length;		/* 0: it has none */
};
/* fn for each socket, under a lock of names, until it says false: it must not sleep. */
void unix_walk(bool (*fn)(const struct unix_row *row, void *arg), void *arg);

#endif
