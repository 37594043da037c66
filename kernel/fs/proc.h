/*
 * Inside proc: what a file or directory of it is, and the text that files are made of. proc.c is the machinery; the tables
 * are in proc_system.c (the machine) and proc_process.c (one process).
 */
#ifndef FS_PROC_H
#define FS_PROC_H

#include "fs/file.h"
#include "sched/process.h"

/* A growing text. After `failed` (memory is out, or more than 4 MiB) further additions do nothing. */
struct text {
	char *data;
	size_t size, capacity;
	bool failed;
};

void text_printf(struct text *t, const char *format, ...) __printf(2, 3);
void text_bytes(struct text *t, const void *bytes, size_t n);
void text_char(struct text *t, char c);
void text_free(struct text *t);

struct proc_entry;

/* A number that can be set: /proc/sys. */
struct proc_value {
	u32 *at;			/* [a] */
	u32 low, high;			/* [I] what it may be set to */
};

/* What an inode of proc stands for; all [I]. */
struct proc_node {
	const struct proc_entry *entry;
	struct process *process;	/* referenced; NULL outside /proc/PID */
	int tid;			/* one thread: /proc/PID/task/TID; otherwise 0 */
	int fd;				/* /proc/PID/fd/N */
};

/* A row of a directory's table, which ends with a row without name. What is absent does not apply to its type. */
struct proc_entry {
	const char *name;
	u32 mode;			/* type and permissions */
	/* Regular files: the whole contents, each time that they are read from the start. 0 or -errno. */
	int (*show)(struct text *t, const struct proc_node *n);
	/* … and what is written to it in one call, cut to a page and NUL-terminated, without the newline at its end. 0 or -errno. */
	int (*write)(const struct proc_node *n, const char *data, size_t length);
	const struct proc_value *value;	/* of proc_show_value and proc_write_value */
	const struct file_ops *file_ops;	/* … or a file that is something else */
	/* Directories: the table; names made on demand; and these names from `from` (a pid, tid, fd) on, the next one or -1. */
	const struct proc_entry *entries;
	struct dentry *(*lookup)(struct dentry *dir, const struct proc_node *n, const char *name, size_t length);
	int (*next)(const struct proc_node *n, int from);
	u32 child_type;			/* S_IF of those */
	/* Symbolic links: the text; for magic ones also the object. */
	ssize_t (*readlink)(const struct proc_node *n, char *buf, size_t size);
	struct dentry *(*follow)(const struct proc_node *n);
};

extern const struct proc_entry proc_root_entries[];	/* proc_system.c */
extern const struct proc_entry proc_pid_entries[];	/* proc_process.c */
extern const struct proc_entry proc_sys_entries[];	/* proc_sys.c */

/*
 * A file of /proc/net, which the network's parts add at boot (`name` lives for ever). fs does not know net; so they come to it.
 */
void proc_net_add(const char *name, int (*show)(struct text *t, const struct proc_node *n));
extern struct proc_entry proc_net_entries[];		/* proc_net.c; filled at boot */

/* The root's names on demand: PIDs. */
struct dentry *proc_pid_lookup(struct dentry *dir, const struct proc_node *n, const char *name, size_t length);
int proc_pid_next(const struct proc_node *n, int from);

/* A dentry on demand below `dir` for the row and object; takes the process's reference over. Referenced or ERR_PTR. */
struct dentry *proc_make(struct dentry *dir, const char *name, size_t length, const struct proc_node *node);

/* A decimal number without sign or leading zeros, or -1. */
int proc_parse_number(const char *name, size_t length);

/* A struct proc_value as a file; what is not a number in its range is -EINVAL. */
int proc_show_value(struct text *t, const struct proc_node *n);
int proc_write_value(const struct proc_node *n, const char *data, size_t length);

/* A number as people write it, white space around it: decimal, 0x or 0; 0 or -EINVAL. */
int proc_parse_value(const char *data, i64 *value);

/* The node behind an open file of proc. */
const struct proc_node *proc_file_node(const struct file *f);

/* The thread that stands for the node: its tid's, or the process's first; tasks_lock held. NULL when there is none. */
struct task *proc_task(const struct proc_node *n) REQUIRES(tasks_lock);

/* References to what the process uses, or NULL (a zombie, a kernel task). */
struct mm *proc_mm(const struct proc_node *n);
struct fd_table *proc_files(const struct proc_node *n);
struct fs_context *proc_fs_context(const struct proc_node *n);

/* May the current task look inside the process (memory, descriptors)? Its own, the same user's, or root. 0 or -EACCES. */
int proc_may_look(const struct proc_node *n);

/* What the walk over areas writes to. */
struct area;
struct maps_writer {
	struct text *text;
	char *buffer;			/* path buffer */
};
void proc_put_area(const struct area *a, struct maps_writer *w);	/* its row of maps; the mm's lock held */

/* proc_fd.c: the directories fd and fdinfo, two rows of the table of a process or thread. */
struct file *proc_descriptor(const struct proc_node *n, int fd);	/* referenced, or ERR_PTR */
struct dentry *proc_lookup_fd(struct dentry *dir, const struct proc_node *n, const char *name, size_t length);
struct dentry *proc_lookup_fdinfo(struct dentry *dir, const struct proc_node *n, const char *name, size_t length);
int proc_next_fd(const struct proc_node *n, int from);
#define PROC_FD_ENTRIES \
	{ .name = "fd", .mode = S_IFDIR | 0500, .lookup = proc_lookup_fd, .next = proc_next_fd, .child_type = S_IFLNK }, \
	{ .name = "fdinfo", .mode = S_IFDIR | 0555, .lookup = proc_lookup_fdinfo, .next = proc_next_fd, .child_type = S_IFREG }

/* What a link to a file leads to, and says; the file's reference is taken over, an ERR_PTR handed on. */
struct dentry *proc_follow_file(struct file *f);
ssize_t proc_read_file_link(struct file *f, char *buf, size_t size);

/* Files of one process (proc_status.c, proc_maps.c). */
int proc_show_status(struct text *t, const struct proc_node *n);
int proc_show_stat(struct text *t, const struct proc_node *n);
int proc_show_statm(struct text *t, const struct proc_node *n);
int proc_show_limits(struct text *t, const struct proc_node *n);
int proc_show_maps(struct text *t, const struct proc_node *n);
int proc_show_smaps(struct text *t, const struct proc_node *n);
int proc_show_smaps_rollup(struct text *t, const struct proc_node *n);
int proc_show_io(struct text *t, const struct proc_node *n);
extern const struct file_ops proc_mem_ops, proc_pagemap_ops;	/* proc_mem.c */
int proc_show_mounts(struct text *t, const struct proc_node *n);
int proc_show_mountinfo(struct text *t, const struct proc_node *n);

#endif
