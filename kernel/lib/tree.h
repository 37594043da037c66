/*
 * Intrusive balanced binary trees (AVL): O(log n) insertion, removal and search, no allocation. The tree knows no
 * keys: the caller compares, either through the descent macros below or by walking. The caller's lock guards every
 * operation; a node is on one tree at most.
 */
#ifndef LIB_TREE_H
#define LIB_TREE_H

#include "lib/types.h"

struct tree_node {
	struct tree_node *parent, *left, *right;
	int height;			/* 1 for a leaf; 0 when on no tree */
};

struct tree {
	struct tree_node *root;
	/* What each node knows of its subtree: called when that changed, the children's being right. NULL: nothing. */
	void (*summarise)(struct tree_node *n);
};

/* < 0, 0, > 0 as `a` sorts before, with, after `b`. */
typedef int (*tree_compare)(const struct tree_node *a, const struct tree_node *b);

#define TREE_INIT { NULL, NULL }
#define tree_entry(p, type, member) container_of(p, type, member)

/* Insert; equal nodes go after those that are there already. */
void tree_insert(struct tree *t, struct tree_node *n, tree_compare compare);

/* Remove a node that is on the tree; its links are cleared. */
void tree_remove(struct tree *t, struct tree_node *n);

/* In order; NULL at the ends or for an empty tree. */
struct tree_node *tree_first(const struct tree *t);
struct tree_node *tree_last(const struct tree *t);
struct tree_node *tree_next(const struct tree_node *n);
struct tree_node *tree_prev(const struct tree_node *n);

static inline bool tree_linked(const struct tree_node *n) { return n->height != 0; }

#endif
