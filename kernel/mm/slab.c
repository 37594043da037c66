/*
 * Caches of objects of one size. A slab is a block of frames with a header at its start and objects behind; free objects
 * are linked through their first word. In front of its slabs every cache has, for each CPU, a magazine: a short stack of
 * free objects, which serves nearly every call under a lock that only its CPU takes (and slab_drain, seldom).
 *
 * A cache's lock guards its slabs; a magazine's lock its stack. They are never held together: batches travel between
 * them in a private chain. Frames are taken and given back with no lock of this file held. Interrupts are off while a
 * lock is held, so interrupt handlers may allocate. Never sleeps.
 */
#include "mm/slab.h"

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/kmalloc.h"
#include "sched/lock.h"

#define MAX_CACHES   128
#define MAX_SPARES   1		/* empty slabs that a cache keeps */
#define MAX_ORDER_OF_SLAB 3

/* Letters: [I] immutable, [c] the cache's lock. */
struct slab {
	struct list link;		/* [c] cache->partial; alone when full */
	struct slab_cache *cache;	/* [I] */
	void *free;			/* [c] chain of free objects */
	u32 in_use;			/* [c] objects in magazines or with callers */
};

struct slab_cache {
	struct spinlock lock;
	struct list partial;		/* [c] slabs with a free object, empty ones at the end */
	u64 slabs;			/* [c] */
	u64 in_use;			/* [c] sum over the slabs */
	u64 empty;			/* [c] slabs with no object in use */
	const char *name;		/* [I] */
	u32 size;			/* [I] bytes from one object to the next */
	u32 first;			/* [I] offset of a slab's first object */
	u32 per_slab;			/* [I] objects in a slab */
	u16 magazine_max;		/* [I] objects in a magazine */
	u8 order;			/* [I] of a slab */
	u8 index;			/* [I] in caches[] and in a CPU's magazines */
};

/* [m] this struct's lock; count is also read without it. */
struct magazine {
	struct spinlock lock;
	void *objects;			/* [m] chain of free objects */
	u32 count;			/* [m] */
};

_Static_assert(sizeof(struct magazine) * MAX_CACHES <= PAGE_SIZE, "a CPU's magazines fill one page");

static struct slab_cache caches[MAX_CACHES];	/* below cache_count: initialised for good */
static u32 cache_count;				/* [create_lock] to change */
static struct spinlock create_lock = SPINLOCK_INIT("slab_create", RANK_SLAB);
static struct magazine *magazines[MAX_CPUS];	/* [a] one page for each CPU, made by its first allocation */

static struct slab *slab_of(const struct slab_cache *c, const void *object)
{
	return (struct slab *)ALIGN_DOWN((u64)object, PAGE_SIZE << c->order);
}

/* ---- Slabs ---- */

/* A new slab whose objects are all free, on no list; NULL when memory is out. */
static struct slab *make_slab(struct slab_cache *c)
{
	struct page *head = page_alloc(c->order, 0);
	struct slab *slab;
	char *object;

	if (!head)
		return NULL;
	for (struct page *p = head; p < head + (1ul << c->order); p++) {
		p->flags = PAGE_SLAB;
		p->owner = c;
	}
	slab = page_to_virt(head);
	list_init(&slab->link);
	slab->cache = c;
	slab->free = NULL;
	slab->in_use = 0;
	object = (char *)slab + c->first + c->per_slab * c->size;
	for (u32 i = 0; i < c->per_slab; i++) {
		object -= c->size;
		*(void **)object = slab->free;
		slab->free = object;
	}
	return slab;
}

/* Free every slab of the list, which no lock guards any more. */
static void destroy_slabs(struct list *slabs)
{
	while (!list_empty(slabs)) {
		struct slab *slab = list_first(slabs, struct slab, link);
		struct page *head = virt_to_page(slab);

		list_del(&slab->link);
		for (struct page *p = head; p < head + (1ul << slab->cache->order); p++) {
			p->flags = 0;
			p->owner = NULL;
		}
		page_put(head);
	}
}

/* Take up to `max` objects from the slabs there are; their number in *count. */
static void *take_objects(struct slab_cache *c, u32 max, u32 *count)
{
	irqstate s = spin_lock_irqsave(&c->lock);
	void *chain = NULL;
	u32 n = 0;

	while (n < max && !list_empty(&c->partial)) {
		struct slab *slab = list_first(&c->partial, struct slab, link);

		if (slab->in_use == 0)
			c->empty--;
		while (n < max && slab->free) {
			void *object = slab->free;

			slab->free = *(void **)object;
			*(void **)object = chain;
			chain = object;
			slab->in_use++;
			n++;
		}
		if (!slab->free)
			list_del(&slab->link);
	}
	c->in_use += n;
	spin_unlock_irqrestore(&c->lock, s);
	*count = n;
	return chain;
}

/* Add a slab. True, or false when memory is out. */
static bool grow(struct slab_cache *c)
{
	struct slab *slab = make_slab(c);
	irqstate s;

	if (!slab)
		return false;
	s = spin_lock_irqsave(&c->lock);
	list_add_tail(&c->partial, &slab->link);
	c->slabs++;
	c->empty++;
	spin_unlock_irqrestore(&c->lock, s);
	return true;
}

static void put_object(struct slab_cache *c, void *object) REQUIRES(c->lock)
{
	struct slab *slab = slab_of(c, object);

	ASSERT(slab->cache == c && slab->in_use > 0);	/* else: not an object of this cache, or freed twice */
	if (!slab->free)
		list_add(&c->partial, &slab->link);
	*(void **)object = slab->free;
	slab->free = object;
	c->in_use--;
	if (--slab->in_use == 0) {
		c->empty++;
		list_move_tail(&c->partial, &slab->link);
	}
}

/* Move empty slabs beyond `keep` to a private list; they stand at the end of the partial ones. */
static void unlink_empty(struct slab_cache *c, u64 keep, struct list *out) REQUIRES(c->lock)
{
	while (c->empty > keep) {
		struct slab *slab = list_last(&c->partial, struct slab, link);

		ASSERT(slab->in_use == 0);
		list_move_tail(out, &slab->link);
		c->empty--;
		c->slabs--;
	}
}

/* Give a chain of objects back to their slabs, and slabs beyond `keep` empty ones back to the frame allocator. */
static __noinline void put_objects(struct slab_cache *c, void *chain, u64 keep)
{
	struct list unused = LIST_INIT(unused);
	irqstate s = spin_lock_irqsave(&c->lock);

	while (chain) {
		void *next = *(void **)chain;

		put_object(c, chain);
		chain = next;
	}
	unlink_empty(c, keep, &unused);
	spin_unlock_irqrestore(&c->lock, s);
	destroy_slabs(&unused);
}

/* ---- Magazines ---- */

/* This CPU's magazine of the cache; NULL before the CPU has its page. */
static struct magazine *this_magazine(const struct slab_cache *c)
{
	struct magazine *m = __atomic_load_n(&magazines[arch_cpu_id()], __ATOMIC_ACQUIRE);

	return likely(m) ? &m[c->index] : NULL;
}

/* Make this CPU's page of magazines; an interrupt handler may come first, and then its page stays. */
static __noinline struct magazine *make_magazines(const struct slab_cache *c)
{
	struct page *page = page_alloc(0, ALLOC_ZERO);
	struct magazine *m, *expected = NULL;

	if (!page)
		return NULL;
	m = page_to_virt(page);
	for (unsigned i = 0; i < MAX_CACHES; i++)
		spin_init(&m[i].lock, "magazine", RANK_SLAB);
	if (!__atomic_compare_exchange_n(&magazines[arch_cpu_id()], &expected, m, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		page_put(page);
		m = expected;
	}
	return &m[c->index];
}

/* The magazine is empty: fetch half of one, keep an object, leave the others there. */
static __noinline void *refill(struct slab_cache *c, struct magazine *m)
{
	u32 want = m ? c->magazine_max / 2u : 1, count;
	void *object, *rest, **last;
	irqstate s;

	while (!(object = take_objects(c, want, &count)))
		if (!grow(c))
			return NULL;
	if (count == 1)
		return object;
	rest = *(void **)object;
	for (last = rest; *last; last = *last)
		;
	s = spin_lock_irqsave(&m->lock);
	*last = m->objects;
	m->objects = rest;
	m->count += count - 1;
	spin_unlock_irqrestore(&m->lock, s);
	return object;
}

void *slab_alloc(struct slab_cache *c)
{
	struct magazine *m = this_magazine(c);
	void *object;
	irqstate s;

	if (unlikely(!m))
		return refill(c, make_magazines(c));
	s = spin_lock_irqsave(&m->lock);
	object = m->objects;
	if (likely(object)) {
		m->objects = *(void **)object;
		m->count--;
		spin_unlock_irqrestore(&m->lock, s);
		return object;
	}
	spin_unlock_irqrestore(&m->lock, s);
	return refill(c, m);
}

void *slab_zalloc(struct slab_cache *c)
{
	void *object = slab_alloc(c);

	return object ? memset(object, 0, c->size) : NULL;
}

/* Cut half of a full magazine off. */
static __noinline void *cut_objects(struct slab_cache *c, struct magazine *m)
{
	void *chain = m->objects, **last = chain;
	u32 n = c->magazine_max / 2u;

	for (u32 i = 1; i < n; i++)
		last = *last;
	m->objects = *last;
	m->count -= n;
	*last = NULL;
	return chain;
}

void slab_free(struct slab_cache *c, void *object)
{
	struct magazine *m = this_magazine(c);
	void *overflow = NULL;
	irqstate s;

	if (unlikely(!m)) {
		*(void **)object = NULL;
		put_objects(c, object, MAX_SPARES);
		return;
	}
	s = spin_lock_irqsave(&m->lock);
	ASSERT(object != m->objects);	/* freed twice */
	*(void **)object = m->objects;
	m->objects = object;
	if (unlikely(++m->count > c->magazine_max))
		overflow = cut_objects(c, m);
	spin_unlock_irqrestore(&m->lock, s);
	if (overflow)
		put_objects(c, overflow, MAX_SPARES);
}

/* ---- Caches ---- */

/*
 * The smallest slab that wastes an eighth at most, by its header and by what is left at its end; the largest when
 * none does.
 */
static void choose_order(struct slab_cache *c, size_t align)
{
	c->first = (u32)ALIGN_UP(sizeof(struct slab), MAX(align, sizeof(void *)));
	for (c->order = 0; c->order < MAX_ORDER_OF_SLAB; c->order++) {
		u64 bytes = PAGE_SIZE << c->order;

		c->per_slab = (u32)((bytes - c->first) / c->size);
		if (bytes - (u64)c->per_slab * c->size <= bytes / 8)
			return;
	}
	c->per_slab = (u32)(((PAGE_SIZE << c->order) - c->first) / c->size);
}

static u16 choose_magazine(u32 size)
{
	if (size <= 256)
		return 32;
	return size <= 1024 ? 16 : 8;
}

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	struct slab_cache *c = NULL;
	irqstate s;

	ASSERT(size > 0 && size <= PAGE_SIZE);
	ASSERT(align <= CACHE_LINE && (align & (align - 1)) == 0);
	align = MAX(align, sizeof(void *));
	s = spin_lock_irqsave(&create_lock);
	if (cache_count < MAX_CACHES) {
		c = &caches[cache_count];
		spin_init(&c->lock, name, RANK_SLAB);
		list_init(&c->partial);
		c->name = name;
		c->size = (u32)ALIGN_UP(size, align);
		c->magazine_max = choose_magazine(c->size);
		c->index = (u8)cache_count;
		choose_order(c, align);
		__atomic_store_n(&cache_count, cache_count + 1, __ATOMIC_RELEASE);
	}
	spin_unlock_irqrestore(&create_lock, s);
	return c;
}

static u32 magazine_objects(const struct slab_cache *c)
{
	u32 n = 0;

	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
		struct magazine *m = __atomic_load_n(&magazines[cpu], __ATOMIC_ACQUIRE);

		if (m)
			n += READ_ONCE(m[c->index].count);
	}
	return n;
}

u64 slab_live(const struct slab_cache *c)
{
	u64 out = READ_ONCE(c->in_use), idle = magazine_objects(c);

	return out > idle ? out - idle : 0;
}

void slab_stats(u64 *held, u64 *used)
{
	u32 count = __atomic_load_n(&cache_count, __ATOMIC_ACQUIRE);

	*held = *used = kmalloc_large_bytes();
	for (struct slab_cache *c = caches; c < caches + count; c++) {
		*held += READ_ONCE(c->slabs) * (PAGE_SIZE << c->order);
		*used += slab_live(c) * c->size;
	}
}

static void drain_magazine(struct slab_cache *c, struct magazine *m)
{
	irqstate s = spin_lock_irqsave(&m->lock);
	void *chain = m->objects;

	m->objects = NULL;
	m->count = 0;
	spin_unlock_irqrestore(&m->lock, s);
	put_objects(c, chain, MAX_SPARES);
}

void slab_drain(void)
{
	u32 count = __atomic_load_n(&cache_count, __ATOMIC_ACQUIRE);

	for (struct slab_cache *c = caches; c < caches + count; c++) {
		for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
			struct magazine *m = __atomic_load_n(&magazines[cpu], __ATOMIC_ACQUIRE);

			if (m && READ_ONCE(m[c->index].count) > 0)
				drain_magazine(c, &m[c->index]);
		}
		put_objects(c, NULL, 0);
	}
}

void slab_init(void)
{
	kmalloc_init();
}
