/*
 * /proc/sys: what programs ask about the kernel's name and limits. What can be set has an effect from the next call that asks for
 * it on; what does not hold any other value here is read-only. A value is one word that others read without a lock. Task context.
 */
#include "exec/exec.h"
#include "fs/inotify.h"
#include "fs/pipe.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "lib/version.h"
#include "mm/area.h"
#include "sched/pid.h"
#include "sched/process_internal.h"
#include "sched/task.h"
#include "sched/uts.h"

#define GROUPS_MAX     65536
#define OVERFLOW_ID    65534

static int show_ostype(struct text *t, const struct proc_node *n)
{
	text_printf(t, KERNEL_SYSNAME "\n");
	return 0;
}

static int show_osrelease(struct text *t, const struct proc_node *n)
{
	text_printf(t, KERNEL_RELEASE "\n");
	return 0;
}

static int show_os_version(struct text *t, const struct proc_node *n)
{
	text_printf(t, KERNEL_VERSION "\n");
	return 0;
}

/* ---- Numbers ---- */

int proc_parse_value(const char *data, i64 *value)
{
	bool negative;
	u64 magnitude = 0;
	unsigned base = 10, digits = 0;

	while (*data == ' ' || *data == '\t' || *data == '\n')
		data++;
	negative = *data == '-';
	data += negative;
	if (data[0] == '0' && (data[1] | 0x20) == 'x') {
		base = 16;
		data += 2;
	} else if (data[0] == '0') {
		base = 8;
	}
	for (;; data++, digits++) {
		unsigned digit = (u8)*data - '0';

		if ((u8)(*data | 0x20) >= 'a')
			digit = (unsigned)((*data | 0x20) - 'a' + 10);
		if (digit >= base)
			break;
		magnitude = magnitude * base + digit;
		if (magnitude > INT64_MAX / 16)
			return -EINVAL;
	}
	while (*data == ' ' || *data == '\t' || *data == '\n')
		data++;
	*value = negative ? -(i64)magnitude : (i64)magnitude;
	return digits > 0 && *data == '\0' ? 0 : -EINVAL;
}

int proc_show_value(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%u\n", READ_ONCE(*n->entry->value->at));
	return 0;
}

int proc_write_value(const struct proc_node *n, const char *data, size_t length)
{
	const struct proc_value *v = n->entry->value;
	i64 value;

	if (proc_parse_value(data, &value) < 0 || value < (i64)v->low || value > (i64)v->high)
		return -EINVAL;
	WRITE_ONCE(*v->at, (u32)value);
	return 0;
}

#define VALUE(row, variable, lowest, highest) \
	{ .name = row, .mode = S_IFREG | 0644, .show = proc_show_value, .write = proc_write_value, \
	  .value = &(const struct proc_value){ .at = variable, .low = lowest, .high = highest } }

/* ---- kernel ---- */

static int show_name(struct text *t, enum uts_name which)
{
	char name[UTS_FIELD];

	uts_get(which, name);
	text_printf(t, "%s\n", name);
	return 0;
}

static int show_hostname(struct text *t, const struct proc_node *n) { return show_name(t, UTS_HOST); }
static int show_domainname(struct text *t, const struct proc_node *n) { return show_name(t, UTS_DOMAIN); }

static int write_hostname(const struct proc_node *n, const char *data, size_t length)
{
	uts_set(UTS_HOST, data, length);
	return 0;
}

static int write_domainname(const struct proc_node *n, const char *data, size_t length)
{
	uts_set(UTS_DOMAIN, data, length);
	return 0;
}

static void put_uuid(struct text *t, const u8 id[16])
{
	for (unsigned i = 0; i < 16; i++)
		text_printf(t, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", id[i]);
	text_char(t, '\n');
}

static void make_uuid(u8 id[16])
{
	random_bytes(id, 16);
	id[6] = (id[6] & 0x0f) | 0x40;		/* version 4: random */
	id[8] = (id[8] & 0x3f) | 0x80;
}

static int show_uuid(struct text *t, const struct proc_node *n)
{
	u8 id[16];

	make_uuid(id);
	put_uuid(t, id);
	return 0;
}

static int show_boot_id(struct text *t, const struct proc_node *n)
{
	static struct spinlock lock = SPINLOCK_INIT("boot_id", RANK_PAGES);
	static u8 boot_id[16];		/* [lock] all zero until it is first asked for */
	u8 id[16];

	make_uuid(id);
	spin_lock(&lock);
	if (boot_id[6] == 0)
		memcpy(boot_id, id, sizeof(id));
	memcpy(id, boot_id, sizeof(id));
	spin_unlock(&lock);
	put_uuid(t, id);
	return 0;
}

static const struct proc_entry random_entries[] = {
	{ .name = "boot_id", .mode = S_IFREG | 0444, .show = show_boot_id },
	{ .name = "uuid", .mode = S_IFREG | 0444, .show = show_uuid },
	{ 0 },
};

static int show_threads_max(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%u\n", process_task_limit());
	return 0;
}

static int show_cap_last_cap(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", CAP_LAST);
	return 0;
}

static int show_ngroups_max(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", GROUPS_MAX);
	return 0;
}

static int show_overflow_id(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", OVERFLOW_ID);
	return 0;
}

/* At least a few for the system itself, at most as many as there are numbers. */
static int write_threads_max(const struct proc_node *n, const char *data, size_t length)
{
	i64 value;

	if (proc_parse_value(data, &value) < 0 || value < 20 || value >= PID_MAX)
		return -EINVAL;
	process_set_task_limit((unsigned)value);
	return 0;
}

/* No core is written, so there is no pattern for its name. */
static int show_core_pattern(struct text *t, const struct proc_node *n)
{
	text_char(t, '\n');
	return 0;
}

static int show_randomize(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", READ_ONCE(aslr_enabled) ? 2 : 0);
	return 0;
}

/* All that can be moved is, or nothing; there is no 1. */
static int write_randomize(const struct proc_node *n, const char *data, size_t length)
{
	i64 value;

	if (proc_parse_value(data, &value) < 0 || (value != 0 && value != 2))
		return -EINVAL;
	WRITE_ONCE(aslr_enabled, value != 0);
	return 0;
}

static int show_mmap_min_addr(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", 0x10000);
	return 0;
}

static int show_file_max(struct text *t, const struct proc_node *n)
{
	text_printf(t, "9223372036854775807\n");
	return 0;
}

/* Open files, of these free ones (none are kept), and how many there may be. */
static int show_file_nr(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%llu\t0\t9223372036854775807\n", (unsigned long long)file_count());
	return 0;
}

static const struct proc_entry kernel_entries[] = {
	{ .name = "cap_last_cap", .mode = S_IFREG | 0444, .show = show_cap_last_cap },
	{ .name = "core_pattern", .mode = S_IFREG | 0444, .show = show_core_pattern },
	{ .name = "domainname", .mode = S_IFREG | 0644, .show = show_domainname, .write = write_domainname },
	{ .name = "hostname", .mode = S_IFREG | 0644, .show = show_hostname, .write = write_hostname },
	{ .name = "ngroups_max", .mode = S_IFREG | 0444, .show = show_ngroups_max },
	{ .name = "osrelease", .mode = S_IFREG | 0444, .show = show_osrelease },
	{ .name = "ostype", .mode = S_IFREG | 0444, .show = show_ostype },
	{ .name = "overflowgid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "overflowuid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	VALUE("pid_max", &pid_max, PID_RESERVED + 1, PID_MAX),
	{ .name = "random", .mode = S_IFDIR | 0555, .entries = random_entries },
	{ .name = "randomize_va_space", .mode = S_IFREG | 0644, .show = show_randomize, .write = write_randomize },
	{ .name = "threads-max", .mode = S_IFREG | 0644, .show = show_threads_max, .write = write_threads_max },
	{ .name = "version", .mode = S_IFREG | 0444, .show = show_os_version },
	{ 0 },
};

/* overcommit_memory: 0 refuses what is larger than the machine, 1 refuses nothing; there is no strict accounting (2). */
static const struct proc_entry vm_entries[] = {
	VALUE("max_map_count", &area_max, 0, INT32_MAX),
	{ .name = "mmap_min_addr", .mode = S_IFREG | 0444, .show = show_mmap_min_addr },
	VALUE("overcommit_memory", &overcommit_always, 0, 1),
	{ 0 },
};

static const struct proc_entry inotify_entries[] = {
	VALUE("max_queued_events", &inotify_limits.events, 0, INT32_MAX),
	VALUE("max_user_instances", &inotify_limits.instances, 0, INT32_MAX),
	VALUE("max_user_watches", &inotify_limits.watches, 0, INT32_MAX),
	{ 0 },
};

static const struct proc_entry fs_entries[] = {
	{ .name = "file-max", .mode = S_IFREG | 0444, .show = show_file_max },
	{ .name = "file-nr", .mode = S_IFREG | 0444, .show = show_file_nr },
	{ .name = "inotify", .mode = S_IFDIR | 0555, .entries = inotify_entries },
	VALUE("nr_open", &fd_max, 64, FD_LIMIT),
	{ .name = "overflowgid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "overflowuid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	VALUE("pipe-max-size", &pipe_max_size, PAGE_SIZE, INT32_MAX),
	{ 0 },
};

const struct proc_entry proc_sys_entries[] = {
	{ .name = "fs", .mode = S_IFDIR | 0555, .entries = fs_entries },
	{ .name = "kernel", .mode = S_IFDIR | 0555, .entries = kernel_entries },
	{ .name = "vm", .mode = S_IFDIR | 0555, .entries = vm_entries },
	{ 0 },
};
