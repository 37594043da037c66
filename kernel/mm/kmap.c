/*
 * The kernel map's address space: ranges [KMAP_BASE, KMAP_BASE + KMAP_SIZE) in one tree by address, free ones also on a
 * list. Each range in use begins with a guard page, and so does whatever comes after it; the last page of the map
 * is never given out. A range keeps its node while it is in use, so that freeing never needs memory.
 *
 * kmap_lock guards the tree, the list and the nodes' links; a node in use belongs to the caller that has it. Page tables
 * are filled and cleared by the owner of the addresses, without the lock. An address goes back to the free ranges only
 * after every CPU has flushed it. Task context with interrupts on, since the flush waits for the other CPUs.
 */
#include "mm/kmap.h"

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "sched/lock.h"

/* Letters: [I] immutable, [k] kmap_lock, [o] the owner of the range while in use. */
struct kmap_range {
	struct tree_node node;		/* [k] in ranges, by base */
	struct list free_link;		/* [k] on free_ranges while free */
	u64 base;			/* [k] of the guard page */
	u64 pages;			/* [k] guard page included */
	bool in_use;			/* [k] */
	struct list frames;		/* [o] struct page, by list: what kmap_alloc mapped here */
};

static struct spinlock kmap_lock = SPINLOCK_INIT("kmap", RANK_KMAP);
static struct tree ranges = TREE_INIT;			/* [kmap_lock] */
static struct list free_ranges = LIST_INIT(free_ranges);	/* [kmap_lock] */
static struct slab_cache *range_cache;			/* [I] */

static struct kmap_range *range_of(struct tree_node *n)
{
	return n ? tree_entry(n, struct kmap_range, node) : NULL;
}

static int compare_ranges(const struct tree_node *a, const struct tree_node *b)
{
	u64 x = tree_entry(a, struct kmap_range, node)->base, y = tree_entry(b, struct kmap_range, node)->base;

	return x < y ? -1 : x > y;
}

/* The range that begins at `base`, or NULL. */
static struct kmap_range *find_range(u64 base) REQUIRES(kmap_lock)
{
	struct tree_node *n = ranges.root;

	while (n) {
		struct kmap_range *r = range_of(n);

		if (r->base == base)
			return r;
		n = base < r->base ? n->left : n->right;
	}
	return NULL;
}

/* Cut `pages` pages off the first free range that has them; `spare` becomes the node of what is left, if anything. */
static struct kmap_range *take_range(u64 pages, struct kmap_range **spare) REQUIRES(kmap_lock)
{
	struct kmap_range *r;

	list_for_each(r, &free_ranges, free_link) {
		if (r->pages < pages)
			continue;
		if (r->pages > pages) {
			struct kmap_range *rest = *spare;

			*spare = NULL;
			rest->base = r->base + pages * PAGE_SIZE;
			rest->pages = r->pages - pages;
			rest->in_use = false;
			tree_insert(&ranges, &rest->node, compare_ranges);
			list_add(&r->free_link, &rest->free_link);
			r->pages = pages;
		}
		list_del(&r->free_link);
		r->in_use = true;
		return r;
	}
	return NULL;
}

/* A range for `pages` pages behind a guard page; NULL when memory or addresses are out. */
static struct kmap_range *alloc_range(u64 pages)
{
	struct kmap_range *spare = slab_alloc(range_cache), *r;
	irqstate s;

	if (!spare)
		return NULL;
	s = spin_lock_irqsave(&kmap_lock);
	r = take_range(pages + 1, &spare);
	spin_unlock_irqrestore(&kmap_lock, s);
	if (spare)
		slab_free(range_cache, spare);
	if (r)
		list_init(&r->frames);
	return r;
}

/* Let `r` swallow its neighbour `next` if both are free; the dead node, or NULL. */
static struct kmap_range *merge_ranges(struct kmap_range *r, struct kmap_range *next) REQUIRES(kmap_lock)
{
	if (!r || !next || r->in_use || next->in_use)
		return NULL;
	r->pages += next->pages;
	tree_remove(&ranges, &next->node);
	list_del(&next->free_link);
	return next;
}

static void free_range(struct kmap_range *r)
{
	struct kmap_range *prev, *dead_after, *dead = NULL;
	irqstate s = spin_lock_irqsave(&kmap_lock);

	r->in_use = false;
	list_add(&free_ranges, &r->free_link);
	prev = range_of(tree_prev(&r->node));
	dead_after = merge_ranges(r, range_of(tree_next(&r->node)));
	dead = merge_ranges(prev, r);
	spin_unlock_irqrestore(&kmap_lock, s);
	if (dead_after)
		slab_free(range_cache, dead_after);
	if (dead)
		slab_free(range_cache, dead);
}

static u64 range_start(const struct kmap_range *r)
{
	return r->base + PAGE_SIZE;
}

/* The range in use that was given out for `size` bytes at `start`: anything else is a caller's mistake. */
static struct kmap_range *range_in_use(u64 start, u64 size)
{
	irqstate s = spin_lock_irqsave(&kmap_lock);
	struct kmap_range *r = find_range(start - PAGE_SIZE);

	ASSERT(r && r->in_use && (r->pages - 1) * PAGE_SIZE == ALIGN_UP(size, PAGE_SIZE));
	spin_unlock_irqrestore(&kmap_lock, s);
	return r;
}

/* Unmap the first `mapped` bytes, flush, free the frames behind them and the addresses. */
static void release_range(struct kmap_range *r, u64 mapped)
{
	u64 start = range_start(r);

	for (u64 at = start; at < start + mapped; at += PAGE_SIZE)
		arch_kunmap_page(at);
	if (mapped > 0)
		arch_tlb_flush_kernel(start, start + mapped);
	while (!list_empty(&r->frames)) {
		struct page *p = list_first(&r->frames, struct page, list);

		list_del(&p->list);
		page_put(p);
	}
	free_range(r);
}

void *kmap_io(paddr base, size_t size, enum kmap_cache cache)
{
	u64 offset = base.v & PAGE_MASK, mapped;
	u64 bytes = ALIGN_UP(size + offset, PAGE_SIZE);
	struct kmap_range *r;

	ASSERT(size > 0);
	r = alloc_range(bytes / PAGE_SIZE);
	if (!r)
		return NULL;
	for (mapped = 0; mapped < bytes; mapped += PAGE_SIZE) {
		if (arch_kmap_page(range_start(r) + mapped, PADDR(base.v - offset + mapped), true, cache) != 0) {
			release_range(r, mapped);
			return NULL;
		}
	}
	return (void *)(range_start(r) + offset);
}

void kunmap_io(void *p, size_t size)
{
	u64 offset = (u64)p & PAGE_MASK;
	u64 bytes = ALIGN_UP(size + offset, PAGE_SIZE);

	release_range(range_in_use((u64)p - offset, bytes), bytes);
}

/* Back the page at `at` with a cleared frame of its own. */
static int back_page(struct kmap_range *r, u64 at)
{
	struct page *p = page_alloc(0, ALLOC_ZERO);
	int error;

	if (!p)
		return -ENOMEM;
	error = arch_kmap_page(at, page_to_phys(p), true, KMAP_CACHED);
	if (error != 0) {
		page_put(p);
		return error;
	}
	list_add_tail(&r->frames, &p->list);
	return 0;
}

void *kmap_alloc(size_t size)
{
	u64 bytes = ALIGN_UP(size, PAGE_SIZE), mapped;
	struct kmap_range *r;

	if (size == 0 || bytes < size)
		return NULL;
	r = alloc_range(bytes / PAGE_SIZE);
	if (!r)
		return NULL;
	for (mapped = 0; mapped < bytes; mapped += PAGE_SIZE) {
		if (back_page(r, range_start(r) + mapped) != 0) {
			release_range(r, mapped);
			return NULL;
		}
	}
	return (void *)range_start(r);
}

void kmap_free(void *p, size_t size)
{
	u64 bytes = ALIGN_UP(size, PAGE_SIZE);

	if (p)
		release_range(range_in_use((u64)p, bytes), bytes);
}

void kmap_init(void)
{
	struct kmap_range *all;

	arch_kmap_prepare(KMAP_BASE, KMAP_SIZE);
	range_cache = slab_cache_create("kmap_range", sizeof(struct kmap_range), 0);
	ASSERT(range_cache);
	all = slab_zalloc(range_cache);
	ASSERT(all);
	all->base = KMAP_BASE;
	all->pages = KMAP_SIZE / PAGE_SIZE - 1;	/* the last page guards the last range */
	tree_insert(&ranges, &all->node, compare_ranges);
	list_add(&free_ranges, &all->free_link);
	kstack_init();
}
