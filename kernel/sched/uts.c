/* The host's and the domain's name. uts_lock guards both; task context. The files behind them are read once, at boot. */
#include "sched/uts.h"

#include "fs/file.h"
#include "fs/path.h"
#include "lib/error.h"
#include "lib/string.h"
#include "sched/lock.h"

static struct spinlock uts_lock = SPINLOCK_INIT("uts", RANK_PAGES);
static char names[2][UTS_FIELD] = { [UTS_HOST] = "astra", [UTS_DOMAIN] = "(none)" };	/* [uts_lock] */

void uts_init(void)
{
	struct file *f = path_open(AT_FDCWD, "/etc/hostname", O_RDONLY, 0);
	char name[UTS_FIELD];
	ssize_t n, length = 0;

	if (IS_ERR(f))
		return;
	n = file_read_kernel(f, name, sizeof(name) - 1, 0);
	file_put(f);
	while (length < n && (u8)name[length] > ' ')
		length++;
	if (length > 0)
		uts_set(UTS_HOST, name, (size_t)length);
}

void uts_get(enum uts_name which, char name[UTS_FIELD])
{
	spin_lock(&uts_lock);
	memcpy(name, names[which], UTS_FIELD);
	spin_unlock(&uts_lock);
}

void uts_set(enum uts_name which, const char *name, size_t length)
{
	length = MIN(length, (size_t)UTS_FIELD - 1);
	spin_lock(&uts_lock);
	memset(names[which], 0, UTS_FIELD);
	memcpy(names[which], name, length);
	spin_unlock(&uts_lock);
}
