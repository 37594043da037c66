/*
 * fork's copy of an address space: the areas again, and every present page shared. Private writable pages lose the
 * right to be written in both spaces, so that the first write copies. Parent's lock outside, child's inside.
 */
#include "fs/file.h"
#include "lib/string.h"
#include "mm/area.h"
#include "sched/task.h"

/* One area's entries into the child's tables. false when memory is out; what is there already is unmapped by mm_put. */
static bool share_pages(struct mm *parent, struct mm *child, const struct area *a, struct tlb_batch *batch)
{
	bool protect = !(a->flags & AREA_SHARED);
	u64 address = a->start;
	pte *from;

	while ((from = pte_next_table(parent->page_table, &address, a->end)) != NULL) {
		u64 stop = MIN(a->end, ALIGN_DOWN(address, LEAF_SPAN) + LEAF_SPAN);
		pte *to = pte_create(child->page_table, address);

		if (!to)
			return false;
		for (; address < stop; address += PAGE_SIZE, from++, to++) {
			pte e = *from;

			if (!pte_in_use(e))
				continue;
			if (protect && (e & PTE_WRITE)) {
				e &= ~PTE_WRITE;
				WRITE_ONCE(*from, e);
				tlb_batch_add(batch, address, NULL);
			}
			if (!(e & PTE_DEVICE))
				page_get(pte_page(e));
			*to = e;
			child->resident_pages++;
		}
		preempt_point();
	}
	return true;
}

static bool clone_area(struct mm *parent, struct mm *child, const struct area *a, struct tlb_batch *batch)
{
	struct area *copy;

	if (a->flags & AREA_DONT_FORK)
		return true;
	copy = area_create(child, a->start, a->end, a->prot, a->flags & ~(u32)(AREA_LOCKED | AREA_LOCK_ON_FAULT), a->file, a->page_offset, a->name);
	if (!copy)
		return false;
	area_insert(copy);
	return (a->flags & AREA_WIPE_FORK) || share_pages(parent, child, a, batch);
}

static void copy_layout(struct mm *child, const struct mm *parent)
{
	child->mmap_base = parent->mmap_base;
	child->brk_start = parent->brk_start;
	child->brk = parent->brk;
	child->stack_top = parent->stack_top;
	child->code_start = parent->code_start;
	child->code_end = parent->code_end;
	child->data_start = parent->data_start;
	child->data_end = parent->data_end;
	child->arg_start = parent->arg_start;
	child->arg_end = parent->arg_end;
	child->env_start = parent->env_start;
	child->env_end = parent->env_end;
	child->vdso = parent->vdso;
	atomic_set(&child->membarrier, atomic_read(&parent->membarrier));
	child->auxv_count = parent->auxv_count;
	memcpy(child->auxv, parent->auxv, sizeof(child->auxv));
}

struct mm *mm_clone(struct mm *parent)
{
	struct mm *child = mm_create();
	struct tlb_batch batch;
	struct tree_node *n;
	bool ok = true;

	if (!child)
		return NULL;
	mutex_lock(&parent->lock);
	mutex_lock(&child->lock);	/* a truncation finds the child by its areas before its pages are all there */
	copy_layout(child, parent);
	child->exe = parent->exe;
	if (child->exe)
		file_get(child->exe);
	tlb_batch_init(&batch, parent);
	for (n = tree_first(&parent->areas); n && ok; n = tree_next(n))
		ok = clone_area(parent, child, tree_entry(n, struct area, node), &batch);
	tlb_batch_finish(&batch);
	child->peak_resident = child->resident_pages;
	mutex_unlock(&child->lock);
	mutex_unlock(&parent->lock);
	if (ok)
		return child;
	mm_put(child);
	return NULL;
}
