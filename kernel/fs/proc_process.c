/*
 * /proc/PID and /proc/PID/task/TID: names, links and the short files; proc_status.c and proc_maps.c have the long ones. What a
 * process uses is found under tasks_lock and referenced, then looked at without it. Task context.
 */
#include "fs/path.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/aspace.h"
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

struct mm *proc_mm(const struct proc_node *n)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = proc_task(n);
	struct mm *mm = t ? t->mm : NULL;

	if (mm)
		mm_get(mm);
	spin_unlock_irqrestore(&tasks_lock, s);
	return mm;
}

struct fd_table *proc_files(const struct proc_node *n)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = proc_task(n);
	struct fd_table *files = t ? t->files : NULL;

	if (files)
		fd_table_get(files);
	spin_unlock_irqrestore(&tasks_lock, s);
	return files;
}

struct fs_context *proc_fs_context(const struct proc_node *n)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = proc_task(n);
	struct fs_context *fs = t ? t->fs : NULL;

	if (fs)
		fs_context_get(fs);
	spin_unlock_irqrestore(&tasks_lock, s);
	return fs;
}

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
static struct dentry *follow_file(struct file *f)
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

static ssize_t read_file_link(struct file *f, char *buf, size_t size)
{
	ssize_t n;

	if (IS_ERR(f))
		return PTR_ERR(f);
	n = take_path(buf, file_path(f, buf, size));
	file_put(f);
	return n;
}

static struct dentry *follow_exe(const struct proc_node *n) { return follow_file(exe_file(n)); }
static ssize_t read_exe(const struct proc_node *n, char *buf, size_t size) { return read_file_link(exe_file(n), buf, size); }

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

/* ---- fd ---- */

static struct file *descriptor_file(const struct proc_node *n, int fd)
{
	int error = proc_may_look(n);
	struct fd_table *files = error ? NULL : proc_files(n);
	struct file *f = NULL;

	if (error)
		return ERR_PTR(error);
	if (files) {
		f = fd_table_get_file(files, fd);
		fd_table_put(files);
	}
	return f ? f : ERR_PTR(-ENOENT);
}

static struct dentry *follow_fd(const struct proc_node *n) { return follow_file(descriptor_file(n, n->fd)); }

static ssize_t read_fd(const struct proc_node *n, char *buf, size_t size)
{
	return read_file_link(descriptor_file(n, n->fd), buf, size);
}

static const struct proc_entry fd_link_entry = { .name = "", .mode = S_IFLNK | 0700, .readlink = read_fd, .follow = follow_fd };

static struct dentry *lookup_fd(struct dentry *dir, const struct proc_node *n, const char *name, size_t length)
{
	int fd = proc_parse_number(name, length);
	struct proc_node child = *n;
	struct file *f;

	f = fd < 0 ? ERR_PTR(-ENOENT) : descriptor_file(n, fd);
	if (IS_ERR(f))
		return (struct dentry *)f;
	file_put(f);
	child.entry = &fd_link_entry;
	child.fd = fd;
	process_get(child.process);
	return proc_make(dir, name, length, &child);
}

static int next_fd(const struct proc_node *n, int from)
{
	struct fd_table *files = proc_may_look(n) ? NULL : proc_files(n);
	int fd = -1;

	if (files) {
		fd = fd_table_next(files, from);
		fd_table_put(files);
	}
	return fd;
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
	{ .name = "comm", .mode = S_IFREG | 0444, .show = show_comm },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .readlink = read_cwd, .follow = follow_cwd },
	{ .name = "environ", .mode = S_IFREG | 0400, .show = show_environ },
	{ .name = "exe", .mode = S_IFLNK | 0777, .readlink = read_exe, .follow = follow_exe },
	{ .name = "fd", .mode = S_IFDIR | 0500, .lookup = lookup_fd, .next = next_fd },
	{ .name = "limits", .mode = S_IFREG | 0444, .show = proc_show_limits },
	{ .name = "maps", .mode = S_IFREG | 0444, .show = proc_show_maps },
	{ .name = "root", .mode = S_IFLNK | 0777, .readlink = read_root, .follow = follow_root },
	{ .name = "stat", .mode = S_IFREG | 0444, .show = proc_show_stat },
	{ .name = "statm", .mode = S_IFREG | 0444, .show = proc_show_statm },
	{ .name = "status", .mode = S_IFREG | 0444, .show = proc_show_status },
	{ 0 },
};

const struct proc_entry proc_pid_entries[] = {
	{ .name = "task", .mode = S_IFDIR | 0555, .lookup = lookup_thread, .next = next_thread },
	{ .name = "auxv", .mode = S_IFREG | 0400, .show = show_auxv },
	{ .name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline },
	{ .name = "comm", .mode = S_IFREG | 0444, .show = show_comm },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .readlink = read_cwd, .follow = follow_cwd },
	{ .name = "environ", .mode = S_IFREG | 0400, .show = show_environ },
	{ .name = "exe", .mode = S_IFLNK | 0777, .readlink = read_exe, .follow = follow_exe },
	{ .name = "fd", .mode = S_IFDIR | 0500, .lookup = lookup_fd, .next = next_fd },
	{ .name = "limits", .mode = S_IFREG | 0444, .show = proc_show_limits },
	{ .name = "maps", .mode = S_IFREG | 0444, .show = proc_show_maps },
	{ .name = "mountinfo", .mode = S_IFREG | 0444, .show = proc_show_mountinfo },
	{ .name = "mounts", .mode = S_IFREG | 0444, .show = proc_show_mounts },
	{ .name = "root", .mode = S_IFLNK | 0777, .readlink = read_root, .follow = follow_root },
	{ .name = "stat", .mode = S_IFREG | 0444, .show = proc_show_stat },
	{ .name = "statm", .mode = S_IFREG | 0444, .show = proc_show_statm },
	{ .name = "status", .mode = S_IFREG | 0444, .show = proc_show_status },
	{ 0 },
};
