/*
 * /proc/PID/smaps and smaps_rollup: what of each area is in memory, and how many share it. The page tables are read under the
 * mm's lock, one area at a time; a page's count of references stands for its sharers. Task context.
 */
#include "fs/proc.h"
#include "lib/error.h"
#include "mm/area.h"
#include "sched/task.h"

/* Bytes; Pss in units of 1/4096 byte, so that a page shared by many still counts. */
struct smaps_sums {
	u64 size, resident, pss, shared_clean, shared_dirty, private_clean, private_dirty, anonymous, locked;
};

struct smaps_walk {
	struct text *text;		/* NULL: only sums */
	struct maps_writer *maps;
	struct smaps_sums total;
	u64 first, last;
};

static void count_page(struct smaps_sums *s, const struct area *a, pte e)
{
	bool device = e & PTE_DEVICE;
	u32 sharers = device ? 1 : MAX((u32)atomic_read(&pte_page(e)->refs), 1u);
	bool anonymous = !a->file && !device, dirty = anonymous || (a->flags & AREA_SHARED);

	if (device)
		return;			/* the zero page and devices' memory belong to nobody */
	s->resident += PAGE_SIZE;
	s->pss += PAGE_SIZE * 4096 / sharers;
	if (anonymous)
		s->anonymous += PAGE_SIZE;
	if (sharers > 1)
		*(dirty ? &s->shared_dirty : &s->shared_clean) += PAGE_SIZE;
	else
		*(dirty ? &s->private_dirty : &s->private_clean) += PAGE_SIZE;
}

static void count_area(struct smaps_sums *s, const struct area *a)
{
	u64 at = a->start;
	pte *entry;

	s->size += a->end - a->start;
	while ((entry = pte_next_table(a->mm->page_table, &at, a->end)) != NULL) {
		u64 stop = MIN(a->end, ALIGN_DOWN(at, LEAF_SPAN) + LEAF_SPAN);

		for (; at < stop; at += PAGE_SIZE, entry++)
			if (pte_in_use(*entry))
				count_page(s, a, *entry);
	}
	if (a->flags & AREA_LOCKED)
		s->locked += s->pss;
}

static void put_kib(struct text *t, const char *label, u64 bytes)
{
	text_printf(t, "%-16s%8llu kB\n", label, (unsigned long long)bytes / 1024);
}

static void put_sums(struct text *t, const struct smaps_sums *s)
{
	put_kib(t, "Rss:", s->resident);
	put_kib(t, "Pss:", s->pss / 4096);
	put_kib(t, "Shared_Clean:", s->shared_clean);
	put_kib(t, "Shared_Dirty:", s->shared_dirty);
	put_kib(t, "Private_Clean:", s->private_clean);
	put_kib(t, "Private_Dirty:", s->private_dirty);
	put_kib(t, "Referenced:", s->resident);
	put_kib(t, "Anonymous:", s->anonymous);
	put_kib(t, "Swap:", 0);
	put_kib(t, "Locked:", s->locked / 4096);
}

static void put_flags(struct text *t, const struct area *a)
{
	text_printf(t, "VmFlags:%s%s%s%s%s%s%s%s%s\n", a->prot & PROT_READ ? " rd" : "", a->prot & PROT_WRITE ? " wr" : "",
		    a->prot & PROT_EXEC ? " ex" : "", a->flags & AREA_SHARED ? " sh" : "", " mr",
		    a->flags & AREA_MAYWRITE ? " mw" : "", a->flags & AREA_GROWS_DOWN ? " gd" : "",
		    a->flags & AREA_LOCKED ? " lo" : "", a->flags & AREA_DONT_FORK ? " dc" : "");
}

static void add(struct smaps_sums *to, const struct smaps_sums *s)
{
	to->resident += s->resident;
	to->pss += s->pss;
	to->shared_clean += s->shared_clean;
	to->shared_dirty += s->shared_dirty;
	to->private_clean += s->private_clean;
	to->private_dirty += s->private_dirty;
	to->anonymous += s->anonymous;
	to->locked += s->locked;
}

static int look_at(const struct area *a, void *arg)
{
	struct smaps_walk *w = arg;
	struct smaps_sums s = { 0 };

	count_area(&s, a);
	add(&w->total, &s);
	if (!w->first)
		w->first = a->start;
	w->last = a->end;
	if (!w->maps)
		return 0;
	proc_put_area(a, w->maps);
	put_kib(w->text, "Size:", s.size);
	put_kib(w->text, "KernelPageSize:", PAGE_SIZE);
	put_kib(w->text, "MMUPageSize:", PAGE_SIZE);
	put_sums(w->text, &s);
	put_flags(w->text, a);
	return 0;
}

static int walk(struct text *t, const struct proc_node *n, bool each)
{
	struct maps_writer maps = { .text = t };
	struct smaps_walk w = { .text = t };
	int error = proc_may_look(n);
	struct mm *mm = error ? NULL : proc_mm(n);

	if (!mm)
		return error;
	maps.buffer = path_buffer_get();
	if (maps.buffer) {
		w.maps = each ? &maps : NULL;
		mm_for_each_area(mm, look_at, &w);
		path_buffer_put(maps.buffer);
	}
	mm_put(mm);
	if (!maps.buffer)
		return -ENOMEM;
	if (!each) {
		text_printf(t, "%08llx-%08llx ---p 00000000 00:00 0                          [rollup]\n",
			    (unsigned long long)w.first, (unsigned long long)w.last);
		put_sums(t, &w.total);
	}
	return 0;
}

int proc_show_smaps(struct text *t, const struct proc_node *n)
{
	return walk(t, n, true);
}

int proc_show_smaps_rollup(struct text *t, const struct proc_node *n)
{
	return walk(t, n, false);
}
