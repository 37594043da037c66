/* /proc/PID/maps, mounts and mountinfo. Task context. */
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/slab.h"
#include "sched/task.h"

#define NAME_COLUMN 73

/* What the walk over areas writes to. */
struct maps_writer {
	struct text *text;
	char *buffer;			/* path buffer */
};

/* A newline in a name would look like a new row. */
static void put_name(struct text *t, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n')
			text_printf(t, "\\012");
		else
			text_char(t, *name);
	}
}

static int put_area(const struct area *a, void *arg)
{
	struct maps_writer *w = arg;
	struct text *t = w->text;
	size_t start = t->size;
	struct inode *i = a->file && !a->name ? a->file->inode : NULL;
	const char *name = a->name;

	text_printf(t, "%08llx-%08llx %c%c%c%c %08llx %02x:%02x %llu ", (unsigned long long)a->start, (unsigned long long)a->end,
		    a->prot & PROT_READ ? 'r' : '-', a->prot & PROT_WRITE ? 'w' : '-', a->prot & PROT_EXEC ? 'x' : '-',
		    a->flags & AREA_SHARED ? 's' : 'p', i ? (unsigned long long)a->page_offset * PAGE_SIZE : 0ull,
		    i ? MAJOR(i->fs->device) : 0, i ? MINOR(i->fs->device) : 0, i ? (unsigned long long)i->ino : 0ull);
	if (i) {
		name = file_path(a->file, w->buffer, PATH_MAX);
		if (IS_ERR(name))
			name = NULL;
	}
	if (name) {
		while (!t->failed && t->size - start < NAME_COLUMN)
			text_char(t, ' ');
		put_name(t, name);
	}
	text_char(t, '\n');
	return 0;
}

int proc_show_maps(struct text *t, const struct proc_node *n)
{
	struct maps_writer w = { .text = t };
	int error = proc_may_look(n);
	struct mm *mm = error ? NULL : proc_mm(n);

	if (!mm)
		return error;
	w.buffer = path_buffer_get();
	if (w.buffer) {
		mm_for_each_area(mm, put_area, &w);
		path_buffer_put(w.buffer);
	}
	mm_put(mm);
	return w.buffer ? 0 : -ENOMEM;
}

/* Where the file system hangs, into a path buffer. */
static char *mount_path(const struct filesystem *fs, char *buffer)
{
	struct dentry *root = fs_root();
	char *path = dentry_path(fs->root, root, buffer, PATH_MAX);

	dentry_put(root);
	return path;
}

int proc_show_mounts(struct text *t, const struct proc_node *n)
{
	char *buffer = path_buffer_get();

	if (!buffer)
		return -ENOMEM;
	for (struct filesystem *fs = mounted_filesystems; fs; fs = fs->next) {
		char *path = mount_path(fs, buffer);

		if (!IS_ERR(path))
			text_printf(t, "%s %s %s %s 0 0\n", fs->type, path, fs->type, fs->mount_options);
	}
	path_buffer_put(buffer);
	return 0;
}

int proc_show_mountinfo(struct text *t, const struct proc_node *n)
{
	char *buffer = path_buffer_get();

	if (!buffer)
		return -ENOMEM;
	for (struct filesystem *fs = mounted_filesystems; fs; fs = fs->next) {
		char *path = mount_path(fs, buffer);
		u64 parent = fs->root->covers ? fs->root->covers->inode->fs->device : 0;

		if (!IS_ERR(path))
			text_printf(t, "%llu %llu %u:%u / %s %s - %s %s rw\n", (unsigned long long)fs->device,
				    (unsigned long long)parent, MAJOR(fs->device), MINOR(fs->device), path, fs->mount_options,
				    fs->type, fs->type);
	}
	path_buffer_put(buffer);
	return 0;
}
