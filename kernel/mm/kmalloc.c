/*
 * kmalloc: a ladder of slab caches up to half a page, whole blocks of frames above. kfree finds out from the struct page
 * which of the two a pointer is. No lock of its own: the table of classes is written once at boot. Any context.
 */
#include "mm/kmalloc.h"

#include "lib/assert.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"

#define CLASS_STEP 16u
#define CLASS_MAX  2048u

/*
 * From 64 bytes on every size is a multiple of the cache line, so that objects do not share one. One page needs a block
 * of its own anyway: beyond 2 KiB a slab would hold no more objects than the frames do.
 */
static const struct {
	const char *name;
	u32 size;
} ladder[] = {
	{ "kmalloc-16", 16 },     { "kmalloc-32", 32 },	    { "kmalloc-48", 48 },     { "kmalloc-64", 64 },
	{ "kmalloc-128", 128 },   { "kmalloc-192", 192 },   { "kmalloc-256", 256 },   { "kmalloc-384", 384 },
	{ "kmalloc-512", 512 },   { "kmalloc-768", 768 },   { "kmalloc-1024", 1024 }, { "kmalloc-1536", 1536 },
	{ "kmalloc-2048", 2048 },
};

static struct slab_cache *class_of[CLASS_MAX / CLASS_STEP + 1];	/* [I after boot] by size in steps, rounded up */
static atomic64 large_bytes = ATOMIC(0);

void kmalloc_init(void)
{
	u32 step = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(ladder); i++) {
		struct slab_cache *c = slab_cache_create(ladder[i].name, ladder[i].size, MIN(ladder[i].size & -ladder[i].size, 64u));

		ASSERT(c);
		for (; step * CLASS_STEP <= ladder[i].size; step++)
			class_of[step] = c;
	}
}

static unsigned order_of(size_t size)
{
	unsigned order = 0;

	while (PAGE_SIZE << order < size)
		order++;
	return order;
}

static void *alloc_large(size_t size)
{
	struct page *p;
	unsigned order;

	if (size > PAGE_SIZE << MAX_ORDER)
		return NULL;
	order = order_of(size);
	p = page_alloc(order, 0);
	if (!p)
		return NULL;
	(void)atomic_add(&large_bytes, (i64)(PAGE_SIZE << order));
	return page_to_virt(p);
}

void *kmalloc(size_t size)
{
	if (unlikely(size > CLASS_MAX))
		return alloc_large(size);
	return slab_alloc(class_of[(size + CLASS_STEP - 1) / CLASS_STEP]);
}

void *kzalloc(size_t size)
{
	void *p = kmalloc(size);

	return p ? memset(p, 0, size) : NULL;
}

void *kmalloc_array(size_t count, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? NULL : kmalloc(bytes);
}

void kfree(void *p)
{
	struct page *page;

	if (!p)
		return;
	page = virt_to_page(p);
	if (likely(page->flags & PAGE_SLAB)) {
		slab_free(page->owner, p);
		return;
	}
	ASSERT(IS_ALIGNED((u64)p, PAGE_SIZE) && page->flags == 0 && atomic_read(&page->refs) == 1);
	(void)atomic_sub(&large_bytes, (i64)(PAGE_SIZE << page->order));
	page_put(page);
}

char *kstrdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = kmalloc(size);

	return copy ? memcpy(copy, s, size) : NULL;
}

u64 kmalloc_large_bytes(void)
{
	return (u64)atomic_read(&large_bytes);
}
