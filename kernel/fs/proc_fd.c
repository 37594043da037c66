/* /proc/PID/fd and fdinfo: a process's descriptors, as links to the objects and as short texts. Task context. */
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"
#include "sched/pidfd.h"
#include "sched/task.h"

struct file *proc_descriptor(const struct proc_node *n, int fd)
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

static struct dentry *follow_fd(const struct proc_node *n)
{
	return proc_follow_file(proc_descriptor(n, n->fd));
}

static ssize_t read_fd(const struct proc_node *n, char *buf, size_t size)
{
	return proc_read_file_link(proc_descriptor(n, n->fd), buf, size);
}

/* A pidfd tells whom it stands for; -1 once that was reaped. */
static void put_pid(struct text *t, const struct file *f)
{
	struct process *p = pidfd_process(f);
	int pid;

	if (!p)
		return;
	pid = process_is_listed(p) ? p->pid : -1;
	text_printf(t, "Pid:\t%d\nNSpid:\t%d\n", pid, pid);
}

/* fdinfo: what is common to all files; mnt_id 0 is a file outside of every mount. */
static int show_fdinfo(struct text *t, const struct proc_node *n)
{
	struct file *f = proc_descriptor(n, n->fd);

	if (IS_ERR(f))
		return (int)PTR_ERR(f);
	text_printf(t, "pos:\t%lld\nflags:\t0%o\nmnt_id:\t%d\nino:\t%llu\n", (long long)f->pos, f->flags,
		    f->dentry ? dentry_mount(f->dentry)->id : 0, (unsigned long long)f->inode->ino);
	put_pid(t, f);
	file_put(f);
	return 0;
}

static const struct proc_entry link_entry = { .name = "", .mode = S_IFLNK | 0700, .readlink = read_fd, .follow = follow_fd };
static const struct proc_entry info_entry = { .name = "", .mode = S_IFREG | 0400, .show = show_fdinfo };

static struct dentry *lookup(struct dentry *dir, const struct proc_node *n, const char *name, size_t length,
			     const struct proc_entry *entry)
{
	struct proc_node child = { .entry = entry, .process = n->process, .tid = n->tid, .fd = proc_parse_number(name, length) };
	struct file *f = child.fd < 0 ? ERR_PTR(-ENOENT) : proc_descriptor(n, child.fd);
	struct dentry *d;

	if (IS_ERR(f))
		return (struct dentry *)f;
	process_get(child.process);
	d = proc_make(dir, name, length, &child);
	/* The link's rights tell how the file is open (proc(5)). */
	if (!IS_ERR(d) && S_ISLNK(entry->mode))
		d->inode->mode = S_IFLNK | 0100 | (file_readable(f) ? 0400 : 0) | (file_writable(f) ? 0200 : 0);
	file_put(f);
	return d;
}

struct dentry *proc_lookup_fd(struct dentry *dir, const struct proc_node *n, const char *name, size_t length)
{
	return lookup(dir, n, name, length, &link_entry);
}

struct dentry *proc_lookup_fdinfo(struct dentry *dir, const struct proc_node *n, const char *name, size_t length)
{
	return lookup(dir, n, name, length, &info_entry);
}

int proc_next_fd(const struct proc_node *n, int from)
{
	struct fd_table *files = proc_may_look(n) ? NULL : proc_files(n);
	int fd = -1;

	if (files) {
		fd = fd_table_next(files, from);
		fd_table_put(files);
	}
	return fd;
}
