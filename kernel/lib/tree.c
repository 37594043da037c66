/*
 * AVL trees with parent links. Each node keeps the height of its subtree; the heights of siblings differ by one at
 * most, which bounds the depth of a million nodes at 28. No recursion, no allocation, no keys (lib/tree.h).
 * The caller's lock guards every operation.
 */
#include "lib/tree.h"

#include "lib/assert.h"

static int height_of(const struct tree_node *n)
{
	return n ? n->height : 0;
}

static void update(const struct tree *t, struct tree_node *n)
{
	int left = height_of(n->left), right = height_of(n->right);

	n->height = 1 + (left > right ? left : right);
	if (t->summarise)
		t->summarise(n);
}

/* Let `new` (NULL: nothing) stand where `old` hangs below `parent` (NULL: at the root). */
static void replace_child(struct tree *t, struct tree_node *parent, struct tree_node *old, struct tree_node *new)
{
	if (!parent)
		t->root = new;
	else if (parent->left == old)
		parent->left = new;
	else
		parent->right = new;
	if (new)
		new->parent = parent;
}

/* Turn n's right child into its parent. */
static struct tree_node *rotate_left(struct tree *t, struct tree_node *n)
{
	struct tree_node *up = n->right;

	replace_child(t, n->parent, n, up);
	n->right = up->left;
	if (n->right)
		n->right->parent = n;
	up->left = n;
	n->parent = up;
	update(t, n);
	update(t, up);
	return up;
}

/* Turn n's left child into its parent. */
static struct tree_node *rotate_right(struct tree *t, struct tree_node *n)
{
	struct tree_node *up = n->left;

	replace_child(t, n->parent, n, up);
	n->left = up->right;
	if (n->left)
		n->left->parent = n;
	up->right = n;
	n->parent = up;
	update(t, n);
	update(t, up);
	return up;
}

/* Restore the balance from `n` up to the first ancestor whose height stays what it was; summaries up to the root. */
static void rebalance(struct tree *t, struct tree_node *n)
{
	for (; n; n = n->parent) {
		int height = n->height;
		int lean = height_of(n->left) - height_of(n->right);

		if (lean > 1) {
			if (height_of(n->left->left) < height_of(n->left->right))
				rotate_left(t, n->left);
			n = rotate_right(t, n);
		} else if (lean < -1) {
			if (height_of(n->right->right) < height_of(n->right->left))
				rotate_right(t, n->right);
			n = rotate_left(t, n);
		} else {
			update(t, n);
		}
		if (n->height == height)
			break;
	}
	if (!n || !t->summarise)
		return;
	while ((n = n->parent))
		t->summarise(n);
}

void tree_insert(struct tree *t, struct tree_node *n, tree_compare compare)
{
	struct tree_node *parent = NULL, **link = &t->root;

	while (*link) {
		parent = *link;
		link = compare(n, parent) < 0 ? &parent->left : &parent->right;
	}
	n->parent = parent;
	n->left = NULL;
	n->right = NULL;
	*link = n;
	update(t, n);
	rebalance(t, parent);
}

/* Take out `n`, which has two children: its successor, which has no left child, takes its place. */
static struct tree_node *replace_by_successor(struct tree *t, struct tree_node *n)
{
	struct tree_node *next = n->right, *from;

	while (next->left)
		next = next->left;
	from = next;
	if (next != n->right) {
		from = next->parent;
		replace_child(t, from, next, next->right);
		next->right = n->right;
		next->right->parent = next;
	}
	next->left = n->left;
	next->left->parent = next;
	next->height = n->height;
	replace_child(t, n->parent, n, next);
	return from;
}

void tree_remove(struct tree *t, struct tree_node *n)
{
	struct tree_node *from;

	ASSERT(tree_linked(n));
	if (n->left && n->right) {
		from = replace_by_successor(t, n);
	} else {
		from = n->parent;
		replace_child(t, from, n, n->left ? n->left : n->right);
	}
	n->parent = n->left = n->right = NULL;
	n->height = 0;
	rebalance(t, from);
}

struct tree_node *tree_first(const struct tree *t)
{
	struct tree_node *n = t->root;

	while (n && n->left)
		n = n->left;
	return n;
}

struct tree_node *tree_last(const struct tree *t)
{
	struct tree_node *n = t->root;

	while (n && n->right)
		n = n->right;
	return n;
}

struct tree_node *tree_next(const struct tree_node *n)
{
	if (n->right) {
		n = n->right;
		while (n->left)
			n = n->left;
		return (struct tree_node *)n;
	}
	while (n->parent && n == n->parent->right)
		n = n->parent;
	return n->parent;
}

struct tree_node *tree_prev(const struct tree_node *n)
{
	if (n->left) {
		n = n->left;
		while (n->right)
			n = n->right;
		return (struct tree_node *)n;
	}
	while (n->parent && n == n->parent->left)
		n = n->parent;
	return n->parent;
}
