/* The table of /proc/PID/net, where /proc/net leads. It is filled at boot, on one CPU, and never changes afterwards: no lock. */
#include "fs/proc.h"
#include "lib/assert.h"

#define FILES_MAX 24

struct proc_entry proc_net_entries[FILES_MAX + 1];	/* a row without a name ends it */
static unsigned count;

void proc_net_add(const char *name, int (*show)(struct text *t, const struct proc_node *n))
{
	ASSERT(count < FILES_MAX);
	proc_net_entries[count++] = (struct proc_entry){ .name = name, .mode = S_IFREG | 0444, .show = show };
}
