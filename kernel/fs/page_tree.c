/*
 * The radix tree behind page_tree.h. Owns nothing but the cache of nodes. A node knows how many of its slots are in use and
 * is freed with its last one, so an empty tree holds no memory.
 */
#include "fs/page_tree.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"

#define BITS  6
#define SLOTS (1u << BITS)
#define LEVELS 9		/* 9 * 6 bits cover every index */

struct node {
	u32 used;		/* slots that are not NULL */
	void *slots[SLOTS];
};

static struct slab_cache *node_cache;

void page_tree_init(void)
{
	node_cache = slab_cache_create("page_tree", sizeof(struct node), CACHE_LINE);
	ASSERT(node_cache);
}

/* Can a tree of this height hold the index? */
static bool covers(unsigned height, u64 index)
{
	return index >> height * BITS == 0;
}

static unsigned slot_of(u64 index, unsigned level)
{
	return index >> (level - 1) * BITS & (SLOTS - 1);
}

struct page *page_tree_get(const struct page_tree *t, u64 index)
{
	void *p = t->root;

	if (!covers(t->height, index))
		return NULL;
	for (unsigned level = t->height; level && p; level--)
		p = ((struct node *)p)->slots[slot_of(index, level)];
	return p;
}

/* Deepen the tree until it can hold the index. */
static int grow(struct page_tree *t, u64 index)
{
	while (!covers(t->height, index)) {
		if (t->root) {
			struct node *n = slab_zalloc(node_cache);

			if (!n)
				return -ENOMEM;
			n->slots[0] = t->root;
			n->used = 1;
			t->root = n;
		}
		t->height++;
	}
	return 0;
}

/* Free the nodes on the way to `index` that hold nothing, from the lowest on. */
static void prune(struct page_tree *t, u64 index)
{
	void **way[LEVELS + 1];
	void **slot = &t->root;
	unsigned level = t->height;

	for (; level && *slot; level--) {
		way[level] = slot;
		slot = &((struct node *)*slot)->slots[slot_of(index, level)];
	}
	for (level++; level <= t->height; level++) {
		struct node *n = *way[level];

		if (n->used)
			return;
		slab_free(node_cache, n);
		*way[level] = NULL;
		if (level < t->height)
			((struct node *)*way[level + 1])->used--;
	}
	if (!t->root)
		t->height = 0;
}

int page_tree_insert(struct page_tree *t, u64 index, struct page *page)
{
	struct node *owner = NULL;
	void **slot = &t->root;

	if (index > PAGE_TREE_MAX_INDEX || grow(t, index))
		return -ENOMEM;
	for (unsigned level = t->height; level; level--) {
		if (!*slot) {
			*slot = slab_zalloc(node_cache);
			if (!*slot) {
				prune(t, index);
				return -ENOMEM;
			}
			if (owner)
				owner->used++;
		}
		owner = *slot;
		slot = &owner->slots[slot_of(index, level)];
	}
	ASSERT(!*slot);
	*slot = page;
	if (owner)
		owner->used++;
	t->count++;
	return 0;
}

/* The first present index at or above `first`; its leaf node and slot go to the caller when it wants them. */
static u64 find_present(const struct page_tree *t, u64 first)
{
	u64 index = first;

	while (t->root && covers(t->height, index)) {
		void *p = t->root;
		unsigned level = t->height;

		while (level) {
			p = ((struct node *)p)->slots[slot_of(index, level)];
			if (!p)
				break;
			level--;
		}
		if (!level)
			return index;
		index = ((index >> (level - 1) * BITS) + 1) << (level - 1) * BITS;
	}
	return UINT64_MAX;
}

u64 page_tree_next_present(const struct page_tree *t, u64 first)
{
	return find_present(t, first);
}

u64 page_tree_next_absent(const struct page_tree *t, u64 first)
{
	while (page_tree_get(t, first))
		first++;
	return first;
}

/* Clear the slot of a page that is present. */
static struct page *take_one(struct page_tree *t, u64 index)
{
	struct node *owner = NULL;
	void **slot = &t->root;
	struct page *page;

	for (unsigned level = t->height; level; level--) {
		owner = *slot;
		slot = &owner->slots[slot_of(index, level)];
	}
	page = *slot;
	*slot = NULL;
	t->count--;
	if (owner && --owner->used == 0)
		prune(t, index);
	else if (!owner)
		t->height = 0;
	return page;
}

unsigned page_tree_take(struct page_tree *t, u64 first, struct page **pages, unsigned max)
{
	unsigned n = 0;

	while (n < max) {
		u64 index = find_present(t, first);

		if (index == UINT64_MAX)
			break;
		pages[n++] = take_one(t, index);
		first = index + 1;
	}
	return n;
}
