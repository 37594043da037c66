/*
 * The proc file system's machinery: directories from tables and from what is alive, made on demand; files that are written
 * out whole when they are read from the start. A dentry of proc dies with its last reference; a node keeps its process's
 * structure, so a pid that is reused never shows another process behind an old name. Task context.
 */
#include "fs/proc.h"

#include "fs/internal.h"
#include "fs/memfs.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/task.h"

#define PROC_MAGIC 0x9fa0
#define FIRST_FIXED 2		/* readdir positions: ".", "..", the table's rows, … */
#define FIRST_DYNAMIC 256	/* … then numbers, offset by this */

static struct filesystem proc_fs = { .type = "proc", .magic = PROC_MAGIC, .device = 6 };
static struct slab_cache *node_cache;

static const struct inode_ops proc_inode_ops, proc_directory_ops, proc_link_ops, proc_magic_link_ops;
static const struct file_ops proc_file_ops, proc_directory_file_ops;

static const struct proc_node *node_of(const struct inode *i)
{
	return i->data;
}

const struct proc_node *proc_file_node(const struct file *f)
{
	return node_of(f->inode);
}

int proc_parse_number(const char *name, size_t length)
{
	int value = 0;

	if (length == 0 || length > 9 || (name[0] == '0' && length > 1))
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (name[i] < '0' || name[i] > '9')
			return -1;
		value = value * 10 + (name[i] - '0');
	}
	return value;
}

/* The same for getdents and stat, and for every dentry of the same thing. */
static u64 node_ino(const struct proc_node *n, const char *name, size_t length)
{
	u64 id = n->tid ? (u64)n->tid : n->process ? (u64)n->process->pid : 0;
	u32 hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (u8)name[i]) * 16777619u;
	return id << 32 | (u64)(n->tid != 0) << 31 | (hash >> 1 | 1);
}

static struct inode *make_inode(const struct proc_node *node, const char *name, size_t length)
{
	const struct proc_entry *e = node->entry;
	const struct inode_ops *ops = &proc_inode_ops;
	const struct file_ops *file_ops = &proc_file_ops;
	struct proc_node *copy = slab_alloc(node_cache);
	struct inode *i;

	if (!copy)
		return NULL;
	if (S_ISDIR(e->mode)) {
		ops = &proc_directory_ops;
		file_ops = &proc_directory_file_ops;
	} else if (S_ISLNK(e->mode)) {
		ops = e->follow ? &proc_magic_link_ops : &proc_link_ops;
		file_ops = NULL;
	}
	if (e->file_ops)
		file_ops = e->file_ops;
	i = inode_alloc(&proc_fs, e->mode, ops, file_ops);
	if (!i) {
		slab_free(node_cache, copy);
		return NULL;
	}
	*copy = *node;
	i->data = copy;
	i->ino = node_ino(node, name, length);
	atomic_set(&i->nlink, S_ISDIR(e->mode) ? 2 : 1);
	return i;
}

static void set_owner(struct inode *i, struct process *p)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);

	i->uid = p->cred->euid;
	i->gid = p->cred->egid;
	spin_unlock_irqrestore(&tasks_lock, s);
}

struct dentry *proc_make(struct dentry *dir, const char *name, size_t length, const struct proc_node *node)
{
	struct dentry *d = dentry_alloc(dir, name, length);
	struct inode *i = d ? make_inode(node, name, length) : NULL;

	if (!i) {
		if (d)
			dentry_put(d);
		if (node->process)
			process_put(node->process);
		return ERR_PTR(-ENOMEM);
	}
	if (node->process)
		set_owner(i, node->process);
	d->inode = i;
	return d;
}

static void proc_evict(struct inode *i)
{
	struct proc_node *n = i->data;

	if (n->process)
		process_put(n->process);
	slab_free(node_cache, n);
}

/* Is the node's process still in the table? Its structure alone says nothing. */
static bool node_alive(const struct proc_node *n)
{
	struct process *p;

	if (!n->process)
		return true;
	p = process_find(n->process->pid);
	if (p)
		process_put(p);
	return p == n->process;
}

static struct dentry *proc_lookup(struct dentry *dir, const char *name, size_t length)
{
	const struct proc_node *n = node_of(dir->inode);
	struct proc_node child = *n;

	if (!node_alive(n))
		return ERR_PTR(-ENOENT);
	for (const struct proc_entry *e = n->entry->entries; e && e->name; e++) {
		if (strlen(e->name) != length || memcmp(e->name, name, length) != 0)
			continue;
		child.entry = e;
		if (child.process)
			process_get(child.process);
		return proc_make(dir, name, length, &child);
	}
	return n->entry->lookup ? n->entry->lookup(dir, n, name, length) : ERR_PTR(-ENOENT);
}

/* Numbers in /proc, task, fd and fdinfo. */
static int list_numbers(const struct proc_node *n, struct dir_context *c)
{
	int number = (int)(c->pos - FIRST_DYNAMIC);
	char name[12];

	while ((number = n->entry->next(n, number)) >= 0) {
		struct proc_node child = { .process = n->process };
		int length = snprintf(name, sizeof(name), "%d", number);
		u64 next = (u64)number + FIRST_DYNAMIC + 1;

		if (!c->emit(c, name, (size_t)length, node_ino(&child, name, (size_t)length) | (u64)(u32)number << 32,
			     n->entry->child_type >> 12, next))
			return 0;
		c->pos = next;
		number++;
	}
	return 0;
}

static int proc_readdir(struct file *f, struct dir_context *c)
{
	const struct proc_node *n = node_of(f->inode);
	const struct proc_entry *table = n->entry->entries;
	u64 row = FIRST_FIXED;

	if (!node_alive(n))
		return -ENOENT;
	for (const struct proc_entry *e = table; e && e->name; e++, row++) {
		if (row < c->pos)
			continue;
		if (!c->emit(c, e->name, strlen(e->name), node_ino(n, e->name, strlen(e->name)), e->mode >> 12, row + 1))
			return 0;
		c->pos = row + 1;
	}
	if (!n->entry->next)
		return 0;
	c->pos = MAX(c->pos, (u64)FIRST_DYNAMIC);
	return list_numbers(n, c);
}

/* Write the contents out anew. */
static int regenerate(struct file *f)
{
	const struct proc_node *n = node_of(f->inode);
	struct text *t = f->data;
	int error;

	if (!t) {
		t = kzalloc(sizeof(*t));
		if (!t)
			return -ENOMEM;
		f->data = t;
	}
	t->size = 0;
	t->failed = false;
	if (!node_alive(n))
		return -ESRCH;
	error = n->entry->show(t, n);
	return error ? error : t->failed ? -ENOMEM : 0;
}

/* inode->lock orders readers that share the file by pread; the others are ordered by pos_lock already. */
static ssize_t proc_read(struct file *f, struct uio *u, u64 *pos)
{
	struct text *t;
	size_t n, moved;
	int error = 0;

	mutex_lock(&f->inode->lock);
	if (*pos == 0 || !f->data)
		error = regenerate(f);
	t = f->data;
	if (error || *pos >= t->size) {
		mutex_unlock(&f->inode->lock);
		return error;
	}
	n = MIN(u->left, t->size - *pos);
	moved = uio_read_in(u, t->data + *pos, n);
	*pos += moved;
	mutex_unlock(&f->inode->lock);
	return moved || !n ? (ssize_t)moved : -EFAULT;
}

/* Each call is one value, cut to what fits (Linux: a page). */
static ssize_t proc_write(struct file *f, struct uio *u, u64 *pos)
{
	const struct proc_node *n = node_of(f->inode);
	size_t length = MIN(u->left, PATH_MAX - 1), taken = u->left;
	char *data;
	int error;

	if (!n->entry->write)
		return -EIO;
	data = path_buffer_get();
	if (!data)
		return -ENOMEM;
	if (uio_write_out(u, (u8 *)data, length) != length) {
		path_buffer_put(data);
		return -EFAULT;
	}
	if (length && data[length - 1] == '\n')
		length--;
	data[length] = '\0';
	error = node_alive(n) ? n->entry->write(n, data, length) : -ESRCH;
	path_buffer_put(data);
	if (error)
		return error;
	*pos += taken;
	return (ssize_t)taken;
}

static void proc_release(struct file *f)
{
	struct text *t = f->data;

	if (t) {
		text_free(t);
		kfree(t);
	}
}

static ssize_t proc_readlink(struct dentry *d, char *buf, size_t size)
{
	const struct proc_node *n = node_of(d->inode);

	return n->entry->readlink(n, buf, size);
}

static struct dentry *proc_follow(struct dentry *d)
{
	const struct proc_node *n = node_of(d->inode);

	return n->entry->follow(n);
}

static ssize_t proc_directory_read(struct file *f, struct uio *u, u64 *pos)
{
	return -EISDIR;
}

static const struct inode_ops proc_inode_ops = { .evict = proc_evict, .unchangeable = true };
static const struct inode_ops proc_directory_ops = { .evict = proc_evict, .lookup = proc_lookup, .unchangeable = true };
static const struct inode_ops proc_link_ops = { .evict = proc_evict, .readlink = proc_readlink, .unchangeable = true };
static const struct inode_ops proc_magic_link_ops = {
	.evict = proc_evict, .readlink = proc_readlink, .follow = proc_follow, .unchangeable = true,
};
static const struct file_ops proc_file_ops = { .read = proc_read, .write = proc_write, .seek = file_seek_sized, .release = proc_release };
static const struct file_ops proc_directory_file_ops = {
	.read = proc_directory_read, .readdir = proc_readdir, .seek = file_seek_sized,
};

static const struct proc_entry root_entry = {
	.name = "", .mode = S_IFDIR | 0555, .entries = proc_root_entries, .lookup = proc_pid_lookup, .next = proc_pid_next,
	.child_type = S_IFDIR,
};

static int proc_get(const char *options, struct filesystem **fs)
{
	*fs = &proc_fs;
	return 0;
}

const struct fs_type proc_type = { .name = "proc", .get = proc_get };

void proc_init(struct dentry *on)
{
	struct proc_node root = { .entry = &root_entry };
	struct dentry *d;

	node_cache = slab_cache_create("proc_node", sizeof(struct proc_node), 0);
	ASSERT(node_cache);
	d = dentry_alloc(NULL, "", 0);
	ASSERT(d);
	d->inode = make_inode(&root, "", 0);
	ASSERT(d->inode);
	proc_fs.root = d;
	filesystem_mount(&proc_fs, on, MS_NOSUID | MS_NODEV | MS_NOEXEC);
}
