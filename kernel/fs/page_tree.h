/*
 * A sparse array of pages, indexed by page number: a 64-way radix tree as deep as its highest index asks for. The
 * caller's lock guards every operation; nothing sleeps. The tree holds the reference of each page that is in it.
 */
#ifndef FS_PAGE_TREE_H
#define FS_PAGE_TREE_H

#include "lib/types.h"

struct page;

struct page_tree {
	void *root;		/* a node, or the page itself when height is 0; NULL when empty */
	unsigned height;	/* levels of nodes */
	u64 count;		/* pages in it */
};

#define PAGE_TREE_MAX_INDEX ((1ull << 52) - 1)

void page_tree_init(void);	/* boot: the cache of nodes */

struct page *page_tree_get(const struct page_tree *t, u64 index);	/* NULL when absent; no reference */

/* Put a page into an empty slot, taking the caller's reference over. 0, or -ENOMEM with the tree as it was. */
int page_tree_insert(struct page_tree *t, u64 index, struct page *page) __must_check;

/* Take out up to `max` pages with index >= first, in rising order; the references go to the caller. How many. */
unsigned page_tree_take(struct page_tree *t, u64 first, struct page **pages, unsigned max);

/* The lowest index >= first that is present, or UINT64_MAX; that is absent (there always is one). */
u64 page_tree_next_present(const struct page_tree *t, u64 first);
u64 page_tree_next_absent(const struct page_tree *t, u64 first);

#endif
