/* /proc's files about the whole machine. Task context; each file is a snapshot without a lock of its own. */
#include "boot/boot.h"
#include "fs/memfs.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "lib/version.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/loadavg.h"
#include "sched/pid.h"
#include "sched/task.h"
#include "trace/profile.h"

#define TICKS_PER_SEC 100
#define CPUINFO_SIZE 4096

static ssize_t read_self(const struct proc_node *n, char *buf, size_t size)
{
	return scnprintf(buf, size, "%d", current->process->pid);
}

static ssize_t read_thread_self(const struct proc_node *n, char *buf, size_t size)
{
	return scnprintf(buf, size, "%d/task/%d", current->process->pid, current->tid);
}

static ssize_t read_mounts(const struct proc_node *n, char *buf, size_t size)
{
	return scnprintf(buf, size, "self/mounts");
}

static ssize_t read_net(const struct proc_node *n, char *buf, size_t size)
{
	return scnprintf(buf, size, "self/net");
}

static int show_astra(struct text *t, const struct proc_node *n)
{
	text_printf(t, "ASTRA.OS " ASTRA_VERSION "\n");
	return 0;
}

static void profile_line(void *arg, const char *name, u64 count)
{
	text_printf(arg, "%8llu %s\n", (unsigned long long)count, name);
}

static int show_profile(struct text *t, const struct proc_node *n)
{
	profile_for_each(profile_line, t);
	return 0;
}

static int write_profile(const struct proc_node *n, const char *data, size_t length)
{
	i64 on;

	if (proc_parse_value(data, &on) < 0 || on < 0 || on > 1)
		return -EINVAL;
	return profile_set(on);
}

static int show_cmdline(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%s\n", cmdline_text());
	return 0;
}

static int show_cpuinfo(struct text *t, const struct proc_node *n)
{
	char *block = kmalloc(CPUINFO_SIZE);

	if (!block)
		return -ENOMEM;
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		int length = arch_cpuinfo(cpu, block, CPUINFO_SIZE);

		text_bytes(t, block, (size_t)length);
	}
	kfree(block);
	return 0;
}

static int show_filesystems(struct text *t, const struct proc_node *n)
{
	for (unsigned i = 0; fs_types[i]; i++)
		text_printf(t, "nodev\t%s\n", fs_types[i]->name);
	return 0;
}

static int show_loadavg(struct text *t, const struct proc_node *n)
{
	u64 loads[3];
	unsigned runnable = 0;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		struct cpu_load load;

		sched_cpu_load(cpu, &load);
		runnable += load.runnable;
	}
	loadavg_get(loads);
	for (unsigned i = 0; i < 3; i++) {
		u64 hundredths = (loads[i] * 100 + (1 << (LOAD_SHIFT - 1))) >> LOAD_SHIFT;

		text_printf(t, "%llu.%02llu ", (unsigned long long)hundredths / 100, (unsigned long long)hundredths % 100);
	}
	text_printf(t, "%u/%u %d\n", runnable, process_task_count(), pid_last());
	return 0;
}

static void put_kib(struct text *t, const char *label, u64 pages)
{
	text_printf(t, "%-16s%8llu kB\n", label, (unsigned long long)pages * (PAGE_SIZE / 1024));
}

static int show_meminfo(struct text *t, const struct proc_node *n)
{
	struct frame_stats f;
	u64 slab_held, slab_used, shared = memfs_page_count();

	frame_stats(&f);
	slab_stats(&slab_held, &slab_used);
	put_kib(t, "MemTotal:", f.total);
	put_kib(t, "MemFree:", f.free);
	put_kib(t, "MemAvailable:", f.free + (slab_held - slab_used) / PAGE_SIZE);
	put_kib(t, "Buffers:", 0);
	put_kib(t, "Cached:", shared);
	put_kib(t, "SwapCached:", 0);
	put_kib(t, "SwapTotal:", 0);
	put_kib(t, "SwapFree:", 0);
	put_kib(t, "Dirty:", 0);
	put_kib(t, "Writeback:", 0);
	put_kib(t, "Shmem:", shared);
	put_kib(t, "Slab:", slab_held / PAGE_SIZE);
	put_kib(t, "SReclaimable:", (slab_held - slab_used) / PAGE_SIZE);
	put_kib(t, "SUnreclaim:", slab_used / PAGE_SIZE);
	return 0;
}

/* What vmstat(8) and the like cannot do without; there is no swap, and no disk that pages come from. */
static int show_vmstat(struct text *t, const struct proc_node *n)
{
	static const char *const zeros[] = { "pgpgin", "pgpgout", "pswpin", "pswpout" };
	struct frame_stats f;

	frame_stats(&f);
	text_printf(t, "nr_free_pages %llu\nnr_shmem %llu\n", (unsigned long long)f.free,
		    (unsigned long long)memfs_page_count());
	for (unsigned i = 0; i < ARRAY_SIZE(zeros); i++)
		text_printf(t, "%s 0\n", zeros[i]);
	return 0;
}

static void put_cpu_times(struct text *t, const char *label, u64 busy_ns, u64 idle_ns)
{
	u64 tick = NS_PER_SEC / TICKS_PER_SEC;

	text_printf(t, "%s %llu 0 0 %llu 0 0 0 0 0 0\n", label, (unsigned long long)(busy_ns / tick),
		    (unsigned long long)(idle_ns / tick));
}

static int show_stat(struct text *t, const struct proc_node *n)
{
	u64 busy = 0, idle = 0, boot = (clock_realtime() - clock_now()) / NS_PER_SEC;
	struct cpu_load load;
	unsigned runnable = 0;
	char label[16];

	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		sched_cpu_load(cpu, &load);
		busy += load.busy_ns;
		idle += load.idle_ns;
		runnable += load.runnable;
	}
	put_cpu_times(t, "cpu ", busy, idle);
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		sched_cpu_load(cpu, &load);
		snprintf(label, sizeof(label), "cpu%u", cpu);
		put_cpu_times(t, label, load.busy_ns, load.idle_ns);
	}
	text_printf(t, "intr 0\nctxt %llu\nbtime %llu\nprocesses %llu\nprocs_running %u\nprocs_blocked 0\n",
		    (unsigned long long)sched_context_switches(), (unsigned long long)boot, (unsigned long long)process_fork_count(),
		    runnable);
	return 0;
}

static void put_seconds(struct text *t, u64 ns, char end)
{
	text_printf(t, "%llu.%02llu%c", (unsigned long long)(ns / NS_PER_SEC), (unsigned long long)(ns % NS_PER_SEC / 10000000),
		    end);
}

static int show_uptime(struct text *t, const struct proc_node *n)
{
	struct cpu_load load;
	u64 idle = 0;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		sched_cpu_load(cpu, &load);
		idle += load.idle_ns;
	}
	put_seconds(t, clock_now(), ' ');
	put_seconds(t, idle, '\n');
	return 0;
}

static int show_version(struct text *t, const struct proc_node *n)
{
	text_printf(t, KERNEL_SYSNAME " version " KERNEL_RELEASE " (ASTRA.OS " ASTRA_VERSION ") (" __VERSION__ ") " KERNEL_VERSION "\n");
	return 0;
}

const struct proc_entry proc_root_entries[] = {
	{ .name = "self", .mode = S_IFLNK | 0777, .readlink = read_self },
	{ .name = "thread-self", .mode = S_IFLNK | 0777, .readlink = read_thread_self },
	{ .name = "mounts", .mode = S_IFLNK | 0777, .readlink = read_mounts },
	{ .name = "net", .mode = S_IFLNK | 0777, .readlink = read_net },
	{ .name = "astra", .mode = S_IFREG | 0444, .show = show_astra },
	{ .name = "astra_profile", .mode = S_IFREG | 0600, .show = show_profile, .write = write_profile },
	{ .name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline },
	{ .name = "cpuinfo", .mode = S_IFREG | 0444, .show = show_cpuinfo },
	{ .name = "filesystems", .mode = S_IFREG | 0444, .show = show_filesystems },
	{ .name = "loadavg", .mode = S_IFREG | 0444, .show = show_loadavg },
	{ .name = "meminfo", .mode = S_IFREG | 0444, .show = show_meminfo },
	{ .name = "stat", .mode = S_IFREG | 0444, .show = show_stat },
	{ .name = "sys", .mode = S_IFDIR | 0555, .entries = proc_sys_entries },
	{ .name = "uptime", .mode = S_IFREG | 0444, .show = show_uptime },
	{ .name = "version", .mode = S_IFREG | 0444, .show = show_version },
	{ .name = "vmstat", .mode = S_IFREG | 0444, .show = show_vmstat },
	{ 0 },
};
