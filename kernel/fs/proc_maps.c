/* /proc/PID/maps. Task context. */
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/slab.h"
#include "sched/task.h"

#define NAME_COLUMN 73

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

void proc_put_area(const struct area *a, struct maps_writer *w)
{
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
}

static int put_area(const struct area *a, void *arg)
{
	proc_put_area(a, arg);
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
