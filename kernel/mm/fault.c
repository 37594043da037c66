/*
 * Page faults: bringing pages in, copying on write, growing stacks. The mm's lock is held while an entry changes; an
 * entry that only gains rights needs no flush on other CPUs, because a stale translation there only faults once more.
 */
#include "fs/file.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/area.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "sched/oom.h"
#include "sched/process.h"
#include "sched/wait.h"

#define STACK_GUARD  (256 * PAGE_SIZE)	/* kept free below a stack: Linux's stack_guard_gap */
#define FAULT_AROUND 16			/* pages of a file that a read brings in together */
#define RECLAIM_ENOUGH 256		/* frames */
#define OOM_PAUSE    (5 * NS_PER_MSEC)

struct page *zero_page;

static void set_entry(struct mm *mm, pte *entry, pte value)
{
	if (!pte_in_use(*entry)) {
		mm->resident_pages++;
		mm->peak_resident = MAX(mm->peak_resident, mm->resident_pages);
	}
	WRITE_ONCE(*entry, value);
}

static bool is_zero_page(pte e)
{
	return pte_address(e).v == page_to_phys(zero_page).v;
}

/* Put a private copy of a present, write-protected page in its place. */
static int copy_on_write(struct area *a, u64 address, pte *entry)
{
	pte old = *entry;
	bool counted = !(old & PTE_DEVICE);
	struct page *page = counted ? pte_page(old) : NULL;
	struct tlb_batch batch;
	struct page *copy;

	/* Nobody else can gain a reference to it meanwhile: that takes this entry, under the lock. */
	if (page && atomic_read_acquire(&page->refs) == 1) {
		WRITE_ONCE(*entry, pte_make(pte_address(old), a->prot, true, false));
		return 0;
	}
	copy = page_alloc(0, is_zero_page(old) ? ALLOC_ZERO : 0);
	if (!copy)
		return -ENOMEM;
	if (!is_zero_page(old))
		page_copy(page_to_virt(copy), phys_to_virt(pte_address(old)));
	tlb_batch_init(&batch, a->mm);
	WRITE_ONCE(*entry, pte_make(page_to_phys(copy), a->prot, true, false));
	tlb_batch_add(&batch, address, page);
	tlb_batch_finish(&batch);
	return 0;
}

static int anonymous_page(struct area *a, pte *entry, bool write)
{
	struct page *page;

	if (!write) {
		set_entry(a->mm, entry, pte_make(page_to_phys(zero_page), a->prot, false, true));
		return 0;
	}
	page = page_alloc(0, ALLOC_ZERO);
	if (!page)
		return -ENOMEM;
	set_entry(a->mm, entry, pte_make(page_to_phys(page), a->prot, true, false));
	return 0;
}

static struct page *file_page(struct area *a, u64 address)
{
	struct inode *inode = a->file->inode;

	return inode->ops->get_page(inode, area_file_page(a, address), true);
}

/* The neighbours of a page that was just read, as far as the file and the area have them. */
static void fault_around(struct area *a, u64 address)
{
	u64 start = MAX(ALIGN_DOWN(address, FAULT_AROUND * PAGE_SIZE), a->start);
	u64 end = MIN(start + FAULT_AROUND * PAGE_SIZE, a->end);
	u64 file_end = a->start + ALIGN_UP(a->file->inode->size, PAGE_SIZE) - (a->page_offset << PAGE_SHIFT);
	pte *entry = pte_find(a->mm->page_table, start);

	end = MIN(end, file_end);
	end = MIN(end, ALIGN_DOWN(start, LEAF_SPAN) + LEAF_SPAN);
	for (; entry && start < end; start += PAGE_SIZE, entry++) {
		struct page *page;

		if (pte_in_use(*entry))
			continue;
		page = file_page(a, start);
		if (IS_ERR(page))
			return;
		set_entry(a->mm, entry, pte_make(page_to_phys(page), a->prot, false, false));
	}
}

static int private_copy(struct area *a, pte *entry, struct page *page)
{
	struct page *copy = page_alloc(0, 0);

	if (!copy) {
		page_put(page);
		return -ENOMEM;
	}
	page_copy(page_to_virt(copy), page_to_virt(page));
	page_put(page);
	set_entry(a->mm, entry, pte_make(page_to_phys(copy), a->prot, true, false));
	return 0;
}

static int mapped_file_page(struct area *a, u64 address, pte *entry, bool write)
{
	bool shared = a->flags & AREA_SHARED;
	struct page *page;

	if (!a->file->inode->ops->get_page)
		return -EFAULT;
	page = file_page(a, address);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (write && !shared)
		return private_copy(a, entry, page);
	set_entry(a->mm, entry, pte_make(page_to_phys(page), a->prot, shared, false));
	if (!write && !shared)
		fault_around(a, address);
	return 0;
}

int fault_in(struct area *a, u64 address, enum fault_access access)
{
	bool write = access == FAULT_WRITE;
	pte *entry;

	address = ALIGN_DOWN(address, PAGE_SIZE);
	entry = pte_create(a->mm->page_table, address);
	if (!entry)
		return -ENOMEM;
	/* Somebody else's access to PROT_NONE memory (mm_read): the page is there already. */
	if (pte_in_use(*entry) && !(*entry & PTE_PRESENT))
		WRITE_ONCE(*entry, pte_make(pte_address(*entry), a->prot, false, *entry & PTE_DEVICE));
	if (*entry & PTE_PRESENT) {
		if (!write || (*entry & PTE_WRITE))
			return 0;	/* another thread was here, or a stale translation */
		if (!(a->flags & AREA_SHARED))
			return copy_on_write(a, address, entry);
		WRITE_ONCE(*entry, pte_make(pte_address(*entry), a->prot, true, *entry & PTE_DEVICE));
		return 0;
	}
	if (a->flags & AREA_DEVICE)
		return -EFAULT;
	return a->file ? mapped_file_page(a, address, entry, write) : anonymous_page(a, entry, write);
}

/* The stack grows down to the page of the fault, within its limit and with a gap to what is below. */
static struct area *grow_stack(struct mm *mm, u64 address)
{
	struct area *a = area_find_from(mm, address), *below;
	u64 start = ALIGN_DOWN(address, PAGE_SIZE);

	if (!a || !(a->flags & AREA_GROWS_DOWN) || a->end - start > rlimit_get(RLIMIT_STACK))
		return NULL;
	below = area_prev(a);
	if (start < STACK_GUARD || (below && below->end + STACK_GUARD > start && below->prot != PROT_NONE))
		return NULL;
	if (charge_check(mm, (a->start - start) >> PAGE_SHIFT, a->prot, a->flags, false) != 0)
		return NULL;
	area_unlink(a);
	a->page_offset -= a->file ? (a->start - start) >> PAGE_SHIFT : 0;
	a->start = start;
	area_relink(a);
	return a;
}

static bool allowed(const struct area *a, enum fault_access access)
{
	switch (access) {
	case FAULT_WRITE:
		return a->prot & PROT_WRITE;
	case FAULT_EXEC:
		return a->prot & PROT_EXEC;
	default:
		return a->prot & (PROT_READ | PROT_WRITE | PROT_EXEC);	/* this machine reads what it may execute */
	}
}

/* What the allocators keep for later goes back first. True when that was enough to try again. */
static bool reclaim(void)
{
	struct frame_stats stats;

	kstack_drain();
	slab_drain();
	frame_stats(&stats);
	return stats.free > RECLAIM_ENOUGH;
}

/* Memory is out: somebody is killed; a victim stops here, everyone else tries again a little later. */
static struct fault_result out_of_memory(void)
{
	struct waitq nobody;

	if (reclaim())
		return (struct fault_result){ 0, 0 };
	oom_kill();
	waitq_init(&nobody);
	if (!READ_ONCE(current->process->exiting))
		(void)wait_event_timeout(&nobody, false, false, clock_now() + OOM_PAUSE);
	return (struct fault_result){ READ_ONCE(current->process->exiting) ? SIGKILL : 0, 0 };
}

struct fault_result mm_fault(struct mm *mm, u64 address, enum fault_access access, bool from_user_mode, u64 user_rsp)
{
	struct fault_result result = { SIGSEGV, ABI_SEGV_MAPERR };
	struct area *a;
	int error;

	mutex_lock(&mm->lock);
	a = area_find(mm, address);
	if (!a)
		a = grow_stack(mm, address);
	if (a && !allowed(a, access)) {
		result.code = ABI_SEGV_ACCERR;
		a = NULL;
	}
	if (!a) {
		mutex_unlock(&mm->lock);
		return result;
	}
	error = fault_in(a, address, access);
	mutex_unlock(&mm->lock);
	current->min_faults++;
	if (error == -ENOMEM)
		return out_of_memory();
	if (error != 0)
		return (struct fault_result){ SIGBUS, ABI_BUS_ADRERR };
	return (struct fault_result){ 0, 0 };
}
