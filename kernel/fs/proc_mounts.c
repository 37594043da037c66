/*
 * /proc/PID/mounts and mountinfo: the table of mounts as the process's root sees it. A row is copied under
 * mount_lock and written out without it; a mount that cannot be reached from the root is left out. Task context.
 */
#include "fs/inode.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"

/* Blanks and what else would break the columns. */
static void put_name(struct text *t, const char *name)
{
	for (; *name; name++) {
		if (strchr(" \t\n\\#", *name))
			text_printf(t, "\\%03o", *name);
		else
			text_char(t, *name);
	}
}

static void put_flags(struct text *t, u32 flags, bool readonly)
{
	static const struct {
		u32 flag;
		const char *name;
	} rows[] = {
		{ MS_NOSUID, ",nosuid" }, { MS_NODEV, ",nodev" }, { MS_NOEXEC, ",noexec" }, { MS_NOATIME, ",noatime" },
		{ MS_NODIRATIME, ",nodiratime" }, { MS_NOSYMFOLLOW, ",nosymfollow" },
	};

	text_printf(t, "%s", readonly ? "ro" : "rw");
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
		if (flags & rows[i].flag)
			text_printf(t, "%s", rows[i].name);
	if (!(flags & (MS_NOATIME | MS_STRICTATIME)))
		text_printf(t, ",relatime");
}

/* One mount, looked at under mount_lock; the root's reference keeps the mount's memory and its file system. */
struct row {
	int id, parent;
	u32 flags;
	struct dentry *root;
	const struct filesystem *fs;
	char *source, *path, *inside;	/* path buffers */
};

/* The mount with the next higher id. */
static bool next_row(struct row *r)
{
	struct mount *m, *best = NULL;

	spin_lock(&mount_lock);
	list_for_each(m, &mount_table, link)
		if (m->id > r->id && (!best || m->id < best->id))
			best = m;
	if (best) {
		r->id = best->id;
		r->parent = best->parent ? best->parent->id : best->id;
		r->flags = best->flags;
		r->fs = best->fs;
		r->root = best->root;
		dentry_get(r->root);
		strlcpy(r->source, best->source, PATH_MAX);
	}
	spin_unlock(&mount_lock);
	return best != NULL;
}

static void put_mounts_row(struct text *t, const struct row *r, const char *path)
{
	put_name(t, r->source);
	text_char(t, ' ');
	put_name(t, path);
	text_printf(t, " %s ", r->fs->type);
	put_flags(t, r->flags, (r->flags & MS_RDONLY) || r->fs->readonly);
	text_printf(t, "%s 0 0\n", r->fs->options);
}

static void put_mountinfo_row(struct text *t, const struct row *r, const char *path)
{
	const char *inside = dentry_path(dentry_real(r->root), r->fs->root, r->inside, PATH_MAX);

	text_printf(t, "%d %d %u:%u ", r->id, r->parent, MAJOR(r->fs->device), MINOR(r->fs->device));
	put_name(t, IS_ERR(inside) || dentry_real(r->root) == r->fs->root ? "/" : inside);
	text_char(t, ' ');
	put_name(t, path);
	text_char(t, ' ');
	put_flags(t, r->flags, r->flags & MS_RDONLY);
	text_printf(t, "%s - %s ", r->flags & MS_UNBINDABLE ? " unbindable" : "", r->fs->type);
	put_name(t, r->source);
	text_printf(t, " %s%s\n", r->fs->readonly ? "ro" : "rw", r->fs->options);
}

/* Where the row's mount is seen from the root of the process that the file is about; ERR_PTR when it cannot be seen. */
static char *row_path(const struct row *r, struct dentry *root)
{
	return dentry_reaches(r->root, root) ? dentry_path(r->root, root, r->path, PATH_MAX) : ERR_PTR(-ENOENT);
}

static int put_rows(struct text *t, const struct proc_node *n, void (*put)(struct text *, const struct row *, const char *))
{
	struct row r = { .source = path_buffer_get(), .path = path_buffer_get(), .inside = path_buffer_get() };
	struct fs_context *fs = proc_fs_context(n);
	bool memory = r.source && r.path && r.inside;
	struct dentry *root = NULL;

	if (fs && memory) {
		spin_lock(&fs->lock);
		root = fs->root;
		dentry_get(root);
		spin_unlock(&fs->lock);
		while (next_row(&r)) {
			char *path = row_path(&r, root);

			if (!IS_ERR(path))
				put(t, &r, path);
			dentry_put(r.root);
		}
		dentry_put(root);
	}
	if (fs)
		fs_context_put(fs);
	if (r.source)
		path_buffer_put(r.source);
	if (r.path)
		path_buffer_put(r.path);
	if (r.inside)
		path_buffer_put(r.inside);
	return !memory ? -ENOMEM : fs ? 0 : -EINVAL;
}

int proc_show_mounts(struct text *t, const struct proc_node *n)
{
	return put_rows(t, n, put_mounts_row);
}

int proc_show_mountinfo(struct text *t, const struct proc_node *n)
{
	return put_rows(t, n, put_mountinfo_row);
}
