/*
 * /proc/sys: what programs ask about the kernel's name and limits. Nothing can be set here; each value is what the kernel does.
 * Task context.
 */
#include "fs/path.h"
#include "fs/pipe.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "lib/version.h"
#include "mm/area.h"
#include "sched/process_internal.h"
#include "sched/task.h"

#define GROUPS_MAX     65536
#define OPEN_FILES_MAX 1048576
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

/* What uname says: the first line of /etc/hostname. */
static int show_hostname(struct text *t, const struct proc_node *n)
{
	struct file *f = path_open(AT_FDCWD, "/etc/hostname", O_RDONLY, 0);
	char name[65] = "";
	ssize_t length;

	if (!IS_ERR(f)) {
		length = file_read_kernel(f, name, sizeof(name) - 1, 0);
		name[MAX(length, 0)] = '\0';
		file_put(f);
		if (strchr(name, '\n'))
			*strchr(name, '\n') = '\0';
	}
	text_printf(t, "%s\n", name[0] ? name : "astra");
	return 0;
}

static int show_pid_max(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", PID_MAX);
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

static int show_domainname(struct text *t, const struct proc_node *n)
{
	text_printf(t, "(none)\n");
	return 0;
}

static int show_randomize(struct text *t, const struct proc_node *n)
{
	text_printf(t, "2\n");
	return 0;
}

static int show_zero(struct text *t, const struct proc_node *n)
{
	text_printf(t, "0\n");
	return 0;
}

static int show_max_map_count(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", AREA_MAX);
	return 0;
}

static int show_mmap_min_addr(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", 0x10000);
	return 0;
}

static int show_nr_open(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", OPEN_FILES_MAX);
	return 0;
}

static int show_file_max(struct text *t, const struct proc_node *n)
{
	text_printf(t, "9223372036854775807\n");
	return 0;
}

static int show_pipe_max_size(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%lu\n", PIPE_MAX_SIZE);
	return 0;
}

static const struct proc_entry kernel_entries[] = {
	{ .name = "cap_last_cap", .mode = S_IFREG | 0444, .show = show_cap_last_cap },
	{ .name = "domainname", .mode = S_IFREG | 0444, .show = show_domainname },
	{ .name = "hostname", .mode = S_IFREG | 0444, .show = show_hostname },
	{ .name = "ngroups_max", .mode = S_IFREG | 0444, .show = show_ngroups_max },
	{ .name = "osrelease", .mode = S_IFREG | 0444, .show = show_osrelease },
	{ .name = "ostype", .mode = S_IFREG | 0444, .show = show_ostype },
	{ .name = "overflowgid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "overflowuid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "pid_max", .mode = S_IFREG | 0444, .show = show_pid_max },
	{ .name = "random", .mode = S_IFDIR | 0555, .entries = random_entries },
	{ .name = "randomize_va_space", .mode = S_IFREG | 0444, .show = show_randomize },
	{ .name = "threads-max", .mode = S_IFREG | 0444, .show = show_threads_max },
	{ .name = "version", .mode = S_IFREG | 0444, .show = show_os_version },
	{ 0 },
};

/* overcommit_memory: the heuristic one; only what is larger than the machine is refused. */
static const struct proc_entry vm_entries[] = {
	{ .name = "max_map_count", .mode = S_IFREG | 0444, .show = show_max_map_count },
	{ .name = "mmap_min_addr", .mode = S_IFREG | 0444, .show = show_mmap_min_addr },
	{ .name = "overcommit_memory", .mode = S_IFREG | 0444, .show = show_zero },
	{ 0 },
};

static const struct proc_entry fs_entries[] = {
	{ .name = "file-max", .mode = S_IFREG | 0444, .show = show_file_max },
	{ .name = "nr_open", .mode = S_IFREG | 0444, .show = show_nr_open },
	{ .name = "overflowgid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "overflowuid", .mode = S_IFREG | 0444, .show = show_overflow_id },
	{ .name = "pipe-max-size", .mode = S_IFREG | 0444, .show = show_pipe_max_size },
	{ 0 },
};

const struct proc_entry proc_sys_entries[] = {
	{ .name = "fs", .mode = S_IFDIR | 0555, .entries = fs_entries },
	{ .name = "kernel", .mode = S_IFDIR | 0555, .entries = kernel_entries },
	{ .name = "vm", .mode = S_IFDIR | 0555, .entries = vm_entries },
	{ 0 },
};
