/*
 * /proc/PID and /proc/PID/task/TID: names, links and the short files; proc_status.c, proc_maps.c and proc_mem.c have the others. What a
 * process uses is found under tasks_lock and referenced, then looked at without it. Task context.
 */
#include "fs/path.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/oom.h"
#include "sched/task.h"

#define COPY_PART 1024

struct task *proc_task(const struct proc_node *n)
{
	struct task *t;

	list_for_each(t, &n->process->threads, thread_link)
		if (!n->tid || t->tid == n->tid)
			return t;
	return NULL;
}

enum part { PART_MM, PART_FILES, PART_FS };

/* One of the things that the node's thread uses, referenced, or NULL. */
static void *take_part(const struct proc_node *n, enum part part)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = proc_task(n);
	void *taken = NULL;

	if (t && part == PART_MM && t->mm)
		mm_get(taken = t->mm);
	else if (t && part == PART_FILES && t->files)
		fd_table_get(taken = t->files);
	else if (t && part == PART_FS && t->fs)
		fs_context_get(taken = t->fs);
	spin_unlock_irqrestore(&tasks_lock, s);
	return taken;
}

struct mm *proc_mm(const struct proc_node *n) { return take_part(n, PART_MM); }
struct fd_table *proc_files(const struct proc_node *n) { return take_part(n, PART_FILES); }
struct fs_context *proc_fs_context(const struct proc_node *n) { return take_part(n, PART_FS); }

int proc_may_look(const struct proc_node *n)
{
	const struct cred *c = current->cred;
	bool allowed;
	irqstate s;

	if (n->process == current->process || cred_capable(c, CAP_SYS_PTRACE))
		return 0;
	s = spin_lock_irqsave(&tasks_lock);
	allowed = n->process->cred->uid == c->fsuid && n->process->cred->euid == c->fsuid &&
		  n->process->cred->suid == c->fsuid && n->process->dumpable;
	spin_unlock_irqrestore(&tasks_lock, s);
	return allowed ? 0 : -EACCES;
}

/* Bytes [start, end) of the process's memory; what is not there any more is left out. */
static void copy_memory(struct text *t, struct mm *mm, u64 start, u64 end)
{
	u8 part[COPY_PART];

	while (start < end) {
		ssize_t n = mm_read(mm, start, part, MIN(end - start, sizeof(part)));

		if (n <= 0)
			return;
		text_bytes(t, part, (size_t)n);
		start += (u64)n;
	}
}

static int show_cmdline(struct text *t, const struct proc_node *n)
{
	struct mm *mm = proc_mm(n);

	if (mm) {
		copy_memory(t, mm, mm->arg_start, mm->arg_end);
		mm_put(mm);
	}
	return 0;
}

static int show_environ(struct text *t, const struct proc_node *n)
{
	int error = proc_may_look(n);
	struct mm *mm = error ? NULL : proc_mm(n);

	if (mm) {
		copy_memory(t, mm, mm->env_start, mm->env_end);
		mm_put(mm);
	}
	return error;
}

static int show_auxv(struct text *t, const struct proc_node *n)
{
	int error = proc_may_look(n);
	struct mm *mm = error ? NULL : proc_mm(n);

	if (mm) {
		text_bytes(t, mm->auxv, mm->auxv_count * sizeof(mm->auxv[0]));
		mm_put(mm);
	}
	return error;
}

static int show_comm(struct text *t, const struct proc_node *n)
{
	char name[sizeof(n->process->name)];
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *task = proc_task(n);

	memcpy(name, task ? task->name : n->process->name, sizeof(name));
	spin_unlock_irqrestore(&tasks_lock, s);
	text_printf(t, "%.*s\n", (int)sizeof(name), name);
	return 0;
}

/* A thread may name the threads of its own process (proc(5)). */
static int write_comm(const struct proc_node *n, const char *data, size_t length)
{
	struct task *task;
	irqstate s;

	if (n->process != current->process)
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	task = proc_task(n);
	if (task) {
		strlcpy(task->name, data, sizeof(task->name));
		if (n->process->leader == task)
			strlcpy(n->process->name, data, sizeof(n->process->name));
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return task ? 0 : -ESRCH;
}

/* What a thread sleeps in is not recorded: "0", as where there is no permission to know. */
static int show_wchan(struct text *t, const struct proc_node *n)
{
	text_char(t, '0');
	return 0;
}

/* ---- Who dies when memory is out ---- */

static int show_oom_score(struct text *t, const struct proc_node *n)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	unsigned score = oom_score(n->process);

	spin_unlock_irqrestore(&tasks_lock, s);
	text_printf(t, "%u\n", score);
	return 0;
}

static int show_oom_score_adj(struct text *t, const struct proc_node *n)
{
	text_printf(t, "%d\n", READ_ONCE(n->process->oom_score_adj));
	return 0;
}

/* Without CAP_SYS_RESOURCE it may be raised, and lowered again to what somebody with it set last. */
static int write_oom_score_adj(const struct proc_node *n, const char *data, size_t length)
{
	bool privileged = capable(CAP_SYS_RESOURCE);
	int error = 0;
	irqstate s;
	i64 value;

	if (proc_parse_value(data, &value) < 0 || value < -1000 || value > 1000)
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	if (!privileged && value < n->process->oom_score_adj_min) {
		error = -EACCES;
	} else {
		WRITE_ONCE(n->process->oom_score_adj, (int)value);
		if (privileged)
			n->process->oom_score_adj_min = (int)value;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return error;
}

/* ---- Links to files and directories ---- */

static struct file *exe_file(const struct proc_node *n)
{
	int error = proc_may_look(n);
	struct mm *mm = error ? NULL : proc_mm(n);
	struct file *f = NULL;

	if (error)
		return ERR_PTR(error);
	if (mm) {
		f = mm->exe;
		if (f)
			file_get(f);
		mm_put(mm);
	}
	return f ? f : ERR_PTR(-ENOENT);
}

/* Takes the file's reference over. */
struct dentry *proc_follow_file(struct file *f)
{
	struct dentry *d;

	if (IS_ERR(f))
		return (struct dentry *)f;
	d = file_dentry(f);
	file_put(f);
	return d;
}

static ssize_t take_path(char *buf, const char *path)
{
	size_t length;

	if (IS_ERR(path))
		return PTR_ERR(path);
	length = strlen(path);
	memmove(buf, path, length);
	return (ssize_t)length;
}

ssize_t proc_read_file_link(struct file *f, char *buf, size_t size)
{
	ssize_t n;

	if (IS_ERR(f))
		return PTR_ERR(f);
	n = take_path(buf, file_path(f, buf, size));
	file_put(f);
	return n;
}

static struct dentry *follow_exe(const struct proc_node *n) { return proc_follow_file(exe_file(n)); }
static ssize_t read_exe(const struct proc_node *n, char *buf, size_t size) { return proc_read_file_link(exe_file(n), buf, size); }

static struct dentry *context_dentry(const struct proc_node *n, bool root)
{
	int error = proc_may_look(n);
	struct fs_context *fs = error ? NULL : proc_fs_context(n);
	struct dentry *d;

	if (!fs)
		return ERR_PTR(error ? error : -ENOENT);
	spin_lock(&fs->lock);
	d = root ? fs->root : fs->cwd;
	dentry_get(d);
	spin_unlock(&fs->lock);
	fs_context_put(fs);
	return d;
}

static ssize_t read_dentry_link(struct dentry *d, char *buf, size_t size)
{
	struct dentry *root;
	ssize_t n;

	if (IS_ERR(d))
		return PTR_ERR(d);
	root = fs_root();
	n = take_path(buf, dentry_path(d, root, buf, size));
	dentry_put(root);
	dentry_put(d);
	return n;
}

static struct dentry *follow_cwd(const struct proc_node *n) { return context_dentry(n, false); }
static struct dentry *follow_root(const struct proc_node *n) { return context_dentry(n, true); }

static ssize_t read_cwd(const struct proc_node *n, char *buf, size_t size)
{
	return read_dentry_link(context_dentry(n, false), buf, size);
}

static ssize_t read_root(const struct proc_node *n, char *buf, size_t size)
{
	return read_dentry_link(context_dentry(n, true), buf, size);
}

/* ---- task ---- */

static const struct proc_entry thread_entries[];
static const struct proc_entry thread_entry = { .name = "", .mode = S_IFDIR | 0555, .entries = thread_entries };

static struct dentry *lookup_thread(struct dentry *dir, const struct proc_node *n, const char *name, size_t length)
{
	struct proc_node child = { .entry = &thread_entry, .process = n->process, .tid = proc_parse_number(name, length) };
	struct task *t;
	irqstate s;

	if (child.tid <= 0)
		return ERR_PTR(-ENOENT);
	s = spin_lock_irqsave(&tasks_lock);
	t = proc_task(&child);
	spin_unlock_irqrestore(&tasks_lock, s);
	if (!t)
		return ERR_PTR(-ENOENT);
	process_get(child.process);
	return proc_make(dir, name, length, &child);
}

static int next_thread(const struct proc_node *n, int from)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int best = -1;
	struct task *t;

	list_for_each(t, &n->process->threads, thread_link)
		if (t->tid >= from && (best < 0 || t->tid < best))
			best = t->tid;
	spin_unlock_irqrestore(&tasks_lock, s);
	return best;
}

/* ---- PIDs ---- */

static const struct proc_entry pid_entry = { .name = "", .mode = S_IFDIR | 0555, .entries = proc_pid_entries };

struct dentry *proc_pid_lookup(struct dentry *dir, const struct proc_node *n, const char *name, size_t length)
{
	int pid = proc_parse_number(name, length);
	struct proc_node child = { .entry = &pid_entry };

	child.process = pid > 0 ? process_find(pid) : NULL;
	return child.process ? proc_make(dir, name, length, &child) : ERR_PTR(-ENOENT);
}

struct pid_search {
	int from, best;
};

static void consider_pid(struct process *p, void *arg)
{
	struct pid_search *search = arg;

	if (p->pid >= search->from && (search->best < 0 || p->pid < search->best))
		search->best = p->pid;
}

int proc_pid_next(const struct proc_node *n, int from)
{
	struct pid_search search = { from, -1 };

	process_for_each(consider_pid, &search);
	return search.best;
}

static const struct proc_entry thread_entries[] = {
	{ .name = "auxv", .mode = S_IFREG | 0400, .show = show_auxv },
	{ .name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline },
	{ .name = "comm", .mode = S_IFREG | 0644, .show = show_comm, .write = write_comm },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .readlink = read_cwd, .follow = follow_cwd },
	{ .name = "environ", .mode = S_IFREG | 0400, .show = show_environ },
	{ .name = "exe", .mode = S_IFLNK | 0777, .readlink = read_exe, .follow = follow_exe },
	PROC_FD_ENTRIES,
	{ .name = "io", .mode = S_IFREG | 0400, .show = proc_show_io },
	{ .name = "limits", .mode = S_IFREG | 0444, .show = proc_show_limits },
	{ .name = "maps", .mode = S_IFREG | 0444, .show = proc_show_maps },
	{ .name = "mem", .mode = S_IFREG | 0600, .file_ops = &proc_mem_ops },
	{ .name = "mountinfo", .mode = S_IFREG | 0444, .show = proc_show_mountinfo },
	{ .name = "mounts", .mode = S_IFREG | 0444, .show = proc_show_mounts },
	{ .name = "net", .mode = S_IFDIR | 0555, .entries = proc_net_entries },
	{ .name = "oom_score", .mode = S_IFREG | 0444, .show = show_oom_score },
	{ .name = "oom_score_adj", .mode = S_IFREG | 0644, .show = show_oom_score_adj, .write = write_oom_score_adj },
	{ .name = "pagemap", .mode = S_IFREG | 0400, .file_ops = &proc_pagemap_ops },
	{ .name = "net", .mode = S_IFDIR | 0555, .entries = proc_net_entries },
	{ .name = "root", .mode = S_IFLNK | 0777, .readlink = read_root, .follow = follow_root },
	{ .name = "stat", .mode = S_IFREG | 0444, .show = proc_show_stat },
	{ .name = "smaps", .mode = S_IFREG | 0444, .show = proc_show_smaps },
	{ .name = "smaps_rollup", .mode = S_IFREG | 0444, .show = proc_show_smaps_rollup },
	{ .name = "statm", .mode = S_IFREG | 0444, .show = proc_show_statm },
	{ .name = "status", .mode = S_IFREG | 0444, .show = proc_show_status },
	{ .name = "wchan", .mode = S_IFREG | 0444, .show = show_wchan },
	{ 0 },
};

const struct proc_entry proc_pid_entries[] = {
	{ .name = "task", .mode = S_IFDIR | 0555, .lookup = lookup_thread, .next = next_thread, .child_type = S_IFDIR },
	{ .name = "auxv", .mode = S_IFREG | 0400, .show = show_auxv },
	{ .name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline },
	{ .name = "comm", .mode = S_IFREG | 0644, .show = show_comm, .write = write_comm },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .readlink = read_cwd, .follow = follow_cwd },
	{ .name = "environ", .mode = S_IFREG | 0400, .show = show_environ },
	{ .name = "exe", .mode = S_IFLNK | 0777, .readlink = read_exe, .follow = follow_exe },
	PROC_FD_ENTRIES,
	{ .name = "io", .mode = S_IFREG | 0400, .show = proc_show_io },
	{ .name = "limits", .mode = S_IFREG | 0444, .show = proc_show_limits },
	{ .name = "maps", .mode = S_IFREG | 0444, .show = proc_show_maps },
	{ .name = "mem", .mode = S_IFREG | 0600, .file_ops = &proc_mem_ops },
	{ .name = "mountinfo", .mode = S_IFREG | 0444, .show = proc_show_mountinfo },
	{ .name = "mounts", .mode = S_IFREG | 0444, .show = proc_show_mounts },
	{ .name = "net", .mode = S_IFDIR | 0555, .entries = proc_net_entries },
	{ .name = "oom_score", .mode = S_IFREG | 0444, .show = show_oom_score },
	{ .name = "oom_score_adj", .mode = S_IFREG | 0644, .show = show_oom_score_adj, .write = write_oom_score_adj },
	{ .name = "pagemap", .mode = S_IFREG | 0400, .file_ops = &proc_pagemap_ops },
	{ .name = "net", .mode = S_IFDIR | 0555, .entries = proc_net_entries },
	{ .name = "root", .mode = S_IFLNK | 0777, .readlink = read_root, .follow = follow_root },
	{ .name = "stat", .mode = S_IFREG | 0444, .show = proc_show_stat },
	{ .name = "smaps", .mode = S_IFREG | 0444, .show = proc_show_smaps },
	{ .name = "smaps_rollup", .mode = S_IFREG | 0444, .show = proc_show_smaps_rollup },
	{ .name = "statm", .mode = S_IFREG | 0444, .show = proc_show_statm },
	{ .name = "status", .mode = S_IFREG | 0444, .show = proc_show_status },
	{ .name = "wchan", .mode = S_IFREG | 0444, .show = show_wchan },
	{ 0 },
};
