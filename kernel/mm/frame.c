/*
 * The frame allocator: a buddy system over the page array, and in front of it, for each CPU, a stack of single frames.
 *
 * frame_lock guards the free lists and the PAGE_BUDDY pages on them. A CPU's stack has a lock of its own, which its CPU
 * takes nearly always without contention and which lets frame_drain_caches() empty all of them from any CPU. The two
 * kinds of lock are never held together: batches travel between them in a private chain. Everything runs with
 * interrupts off for a bounded time, so interrupt handlers may allocate. Never sleeps, never reclaims from owners.
 */
#include "mm/frame.h"

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/frame_internal.h"
#include "sched/lock.h"

#define CACHE_MAX   64		/* frames on a CPU's stack */
#define CACHE_BATCH 32		/* frames moved between a stack and the free lists at once */

_Static_assert(sizeof(struct page) == 32, "two struct pages share a cache line");
_Static_assert(SECTION_FRAMES == 1ul << SECTION_ORDER, "the order of a section");

u64 direct_map;
struct page *page_array;
u64 page_array_count;
u64 *section_map;

/* Free frames of one CPU, linked by page->owner. Letters: [c] the cache's lock. */
struct frame_cache {
	struct spinlock lock;
	struct page *head;	/* [c] */
	u32 count;		/* [c]; read without the lock by statistics */
} __aligned(CACHE_LINE);

static struct frame_cache caches[MAX_CPUS];

static struct spinlock frame_lock = SPINLOCK_INIT("frame", RANK_FRAME);
static struct list free_lists[MAX_ORDER + 1];	/* [frame_lock] by order, linked by page->list */
static u32 nonempty_orders;			/* [frame_lock] bit n: free_lists[n] has a block */
static u64 buddy_free;				/* [frame_lock] frames on free_lists */
static u64 managed_frames;			/* [frame_lock] */
static u64 reserved_frames;			/* [frame_lock] */
static struct list low_frames;			/* [frame_lock] single frames below 1 MiB */

static void insert_block(struct page *p, unsigned order)
{
	p->flags = PAGE_BUDDY;
	p->order = (u8)order;
	list_add(&free_lists[order], &p->list);
	nonempty_orders |= 1u << order;
}

static void remove_block(struct page *p, unsigned order)
{
	list_del(&p->list);
	p->flags = 0;
	if (list_empty(&free_lists[order]))
		nonempty_orders &= ~(1u << order);
}

/* A block off the free lists, larger ones split; NULL when there is none. */
static struct page *take_block(unsigned order) REQUIRES(frame_lock)
{
	u32 orders = nonempty_orders >> order << order;
	struct page *p;
	unsigned o;

	if (orders == 0)
		return NULL;
	o = (unsigned)__builtin_ctz(orders);
	p = list_first(&free_lists[o], struct page, list);
	remove_block(p, o);
	while (o > order) {
		o--;
		insert_block(p + (1ul << o), o);
	}
	buddy_free -= 1ul << order;
	return p;
}

/* The other half of the block of 2^(order + 1), if it is free as a whole. */
static struct page *free_buddy(u64 pfn, unsigned order)
{
	u64 other = pfn ^ 1ul << order;
	struct page *p = &page_array[other];

	/* Buddies below the size of a section share it, so only larger ones can miss their struct pages. */
	if (order >= SECTION_ORDER && !frame_present(other))
		return NULL;
	/* Somebody may own the frame and write its other flags now; PAGE_BUDDY comes and goes under frame_lock alone. */
	return (READ_ONCE(p->flags) & PAGE_BUDDY) && p->order == order ? p : NULL;
}

static void put_block(struct page *p, unsigned order) REQUIRES(frame_lock)
{
	u64 pfn = (u64)(p - page_array);
	struct page *buddy;

	buddy_free += 1ul << order;
	p->flags = 0;
	while (order < MAX_ORDER && (buddy = free_buddy(pfn, order))) {
		remove_block(buddy, order);
		pfn &= ~(1ul << order);
		order++;
	}
	insert_block(&page_array[pfn], order);
}

static __noinline void put_chain(struct page *chain)
{
	irqstate s = spin_lock_irqsave(&frame_lock);

	while (chain) {
		struct page *next = chain->owner;

		put_block(chain, 0);
		chain = next;
	}
	spin_unlock_irqrestore(&frame_lock, s);
}

/* Up to CACHE_BATCH frames in a chain, ready for a cache; their number in *count. */
static struct page *take_chain(u32 *count)
{
	struct page *chain = NULL, *p;
	irqstate s = spin_lock_irqsave(&frame_lock);
	u32 n = 0;

	while (n < CACHE_BATCH && (p = take_block(0))) {
		p->flags = PAGE_CACHED;
		p->owner = chain;
		chain = p;
		n++;
	}
	spin_unlock_irqrestore(&frame_lock, s);
	*count = n;
	return chain;
}

/* The cache is empty: fetch a batch, keep one frame of it and leave the others there. */
static __noinline struct page *refill_cache(struct frame_cache *c)
{
	struct page *p, *rest, *last;
	u32 count;
	irqstate s;

	p = take_chain(&count);
	if (!p) {
		frame_drain_caches();
		p = take_chain(&count);
	}
	if (!p || count == 1)
		return p;
	rest = p->owner;
	for (last = rest; last->owner; last = last->owner)
		;
	s = spin_lock_irqsave(&c->lock);
	last->owner = c->head;
	c->head = rest;
	c->count += count - 1;
	spin_unlock_irqrestore(&c->lock, s);
	return p;
}

static struct page *alloc_single(void)
{
	struct frame_cache *c = &caches[arch_cpu_id()];
	irqstate s = spin_lock_irqsave(&c->lock);
	struct page *p = c->head;

	if (likely(p)) {
		c->head = p->owner;
		c->count--;
		spin_unlock_irqrestore(&c->lock, s);
	} else {
		spin_unlock_irqrestore(&c->lock, s);
		p = refill_cache(c);
		if (!p)
			return NULL;
	}
	ASSERT(p->flags == PAGE_CACHED);
	return p;
}

static __noinline struct page *alloc_block(unsigned order)
{
	irqstate s = spin_lock_irqsave(&frame_lock);
	struct page *p = take_block(order);

	spin_unlock_irqrestore(&frame_lock, s);
	if (!p) {
		frame_drain_caches();
		s = spin_lock_irqsave(&frame_lock);
		p = take_block(order);
		spin_unlock_irqrestore(&frame_lock, s);
	}
	return p;
}

struct page *page_alloc(unsigned order, unsigned flags)
{
	struct page *p;

	ASSERT(order <= MAX_ORDER);
	p = order == 0 ? alloc_single() : alloc_block(order);
	if (unlikely(!p))
		return NULL;
	ASSERT(atomic_read(&p->refs) == 0);	/* another value: somebody put a reference that was not his */
	atomic_set(&p->refs, 1);
	p->flags = 0;
	p->order = (u8)order;
	p->owner = NULL;
	p->data = 0;
	p->unused = 0;
	if (flags & ALLOC_ZERO)
		for (char *v = page_to_virt(p), *end = v + (PAGE_SIZE << order); v < end; v += PAGE_SIZE)
			page_clear(v);
	return p;
}

/* Cut CACHE_BATCH frames off a full cache. */
static __noinline struct page *cut_chain(struct frame_cache *c)
{
	struct page *chain = c->head, *last = chain;

	for (u32 i = 1; i < CACHE_BATCH; i++)
		last = last->owner;
	c->head = last->owner;
	c->count -= CACHE_BATCH;
	last->owner = NULL;
	return chain;
}

static void free_single(struct page *p)
{
	struct frame_cache *c = &caches[arch_cpu_id()];
	struct page *overflow = NULL;
	irqstate s = spin_lock_irqsave(&c->lock);

	p->flags = PAGE_CACHED;
	p->owner = c->head;
	c->head = p;
	if (unlikely(++c->count > CACHE_MAX))
		overflow = cut_chain(c);
	spin_unlock_irqrestore(&c->lock, s);
	if (overflow)
		put_chain(overflow);
}

void page_free(struct page *p)
{
	irqstate s;

	ASSERT((u64)(p - page_array) < page_array_count);
	ASSERT(!(p->flags & (PAGE_BUDDY | PAGE_CACHED | PAGE_RESERVED | PAGE_SLAB)));
	ASSERT(atomic_read(&p->refs) == 0);
	if (p->order == 0) {
		free_single(p);
		return;
	}
	s = spin_lock_irqsave(&frame_lock);
	put_block(p, p->order);
	spin_unlock_irqrestore(&frame_lock, s);
}

void frame_drain_caches(void)
{
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
		struct frame_cache *c = &caches[cpu];
		struct page *chain;
		irqstate s;

		if (READ_ONCE(c->count) == 0)
			continue;
		s = spin_lock_irqsave(&c->lock);
		chain = c->head;
		c->head = NULL;
		c->count = 0;
		spin_unlock_irqrestore(&c->lock, s);
		put_chain(chain);
	}
}

u64 frame_total(void)
{
	return READ_ONCE(managed_frames);
}

u64 frame_free_about(void)
{
	return READ_ONCE(buddy_free);
}

void frame_stats(struct frame_stats *stats)
{
	irqstate s = spin_lock_irqsave(&frame_lock);

	stats->total = managed_frames;
	stats->free = buddy_free;
	stats->reserved = reserved_frames;
	spin_unlock_irqrestore(&frame_lock, s);
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
		stats->free += READ_ONCE(caches[cpu].count);
}

bool phys_is_ram(paddr p)
{
	return frame_present(p.v >> PAGE_SHIFT) && !(phys_to_page(p)->flags & PAGE_HOLE);
}

paddr frame_low_page(void)
{
	struct page *p = NULL;
	irqstate s = spin_lock_irqsave(&frame_lock);

	if (!list_empty(&low_frames)) {
		p = list_first(&low_frames, struct page, list);
		list_del(&p->list);
	}
	spin_unlock_irqrestore(&frame_lock, s);
	return p ? page_to_phys(p) : PADDR(0);
}

void frame_lists_init(void)
{
	for (unsigned order = 0; order <= MAX_ORDER; order++)
		list_init(&free_lists[order]);
	list_init(&low_frames);
	nonempty_orders = 0;
	buddy_free = managed_frames = reserved_frames = 0;
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
		spin_init(&caches[cpu].lock, "frame_cache", RANK_FRAME);
		caches[cpu].head = NULL;
		caches[cpu].count = 0;
	}
}

void frame_account(i64 managed, i64 reserved)
{
	irqstate s = spin_lock_irqsave(&frame_lock);

	managed_frames += (u64)managed;
	reserved_frames += (u64)reserved;
	spin_unlock_irqrestore(&frame_lock, s);
}

/* Keep frames [first, end) below 1 MiB for frame_low_page; they count as reserved. */
static void keep_low_frames(u64 first, u64 end)
{
	irqstate s = spin_lock_irqsave(&frame_lock);

	for (u64 pfn = MAX(first, 1ul); pfn < end; pfn++)
		list_add_tail(&low_frames, &page_array[pfn].list);
	spin_unlock_irqrestore(&frame_lock, s);
}

void frame_release(u64 first, u64 end)
{
	irqstate s;

	if (first < LOW_END_PFN) {
		u64 low_end = MIN(end, (u64)LOW_END_PFN);

		for (u64 pfn = first; pfn < low_end; pfn++) {
			page_array[pfn].flags = PAGE_RESERVED;
			atomic_set(&page_array[pfn].refs, 1);
		}
		keep_low_frames(first, MIN(low_end, KIB(640) >> PAGE_SHIFT));
		frame_account(0, (i64)(low_end - first));
		first = low_end;
	}
	if (first >= end)
		return;
	frame_account((i64)(end - first), 0);
	s = spin_lock_irqsave(&frame_lock);
	while (first < end) {
		unsigned order = MIN((unsigned)__builtin_ctzl(first), (unsigned)MAX_ORDER);

		while (first + (1ul << order) > end)
			order--;
		put_block(&page_array[first], order);
		first += 1ul << order;
	}
	spin_unlock_irqrestore(&frame_lock, s);
}
