/* The trees of tsearch: AA trees (levels fall by one to the left, and at most once in two steps to the right). */
#include <search.h>
#include <stdlib.h>

struct node {
	const void *key;
	struct node *left, *right;
	int level;
};

static int level(const struct node *node)
{
	return node ? node->level : 0;
}

/* Turns a left child of the same level to the right. */
static struct node *skew(struct node *node)
{
	struct node *left = node ? node->left : NULL;

	if (!left || left->level != node->level)
		return node;
	node->left = left->right;
	left->right = node;
	return left;
}

/* Lifts the middle of three nodes of one level. */
static struct node *split(struct node *node)
{
	struct node *right = node ? node->right : NULL;

	if (!right || level(right->right) != node->level)
		return node;
	node->right = right->left;
	right->left = node;
	right->level++;
	return right;
}

static struct node *insert(struct node *node, struct node *made, int (*compare)(const void *, const void *))
{
	if (!node)
		return made;
	if (compare(made->key, node->key) < 0)
		node->left = insert(node->left, made, compare);
	else
		node->right = insert(node->right, made, compare);
	return split(skew(node));
}

void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *))
{
	struct node *node = root ? *root : NULL;

	while (node) {
		int order = compare(key, node->key);

		if (!order)
			return node;
		node = order < 0 ? node->left : node->right;
	}
	return NULL;
}

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
	struct node *node = tfind(key, root, compare);

	if (node || !root)
		return node;
	node = malloc(sizeof(*node));
	if (!node)
		return NULL;
	*node = (struct node){ .key = key, .level = 1 };
	*root = insert(*root, node, compare);
	return node;
}

static struct node *rebalance(struct node *node)
{
	int lower = level(node->left) < level(node->right) ? level(node->left) : level(node->right);

	if (node->level > lower + 1) {
		node->level = lower + 1;
		if (node->right && node->right->level > node->level)
			node->right->level = node->level;
	}
	node = skew(node);
	node->right = skew(node->right);
	if (node->right)
		node->right->right = skew(node->right->right);
	node = split(node);
	node->right = split(node->right);
	return node;
}

/* Takes the leftmost node out. */
static struct node *take_first(struct node *node, struct node **first)
{
	if (!node->left) {
		*first = node;
		return node->right;
	}
	node->left = take_first(node->left, first);
	return rebalance(node);
}

static struct node *delete(struct node *node, const void *key, int (*compare)(const void *, const void *), struct node **gone)
{
	int order = node ? compare(key, node->key) : 0;
	struct node *next;

	if (!node)
		return NULL;
	if (order < 0) {
		node->left = delete(node->left, key, compare, gone);
	} else if (order > 0) {
		node->right = delete(node->right, key, compare, gone);
	} else {
		*gone = node;
		if (!node->right)
			return node->left;
		node->right = take_first(node->right, &next);
		next->left = node->left;
		next->right = node->right;
		next->level = node->level;
		node = next;
	}
	return rebalance(node);
}

void *tdelete(const void *restrict key, void **restrict root, int (*compare)(const void *, const void *))
{
	struct node *gone = NULL, *parent, *node = root ? *root : NULL;
	int order;

	for (parent = node; node && (order = compare(key, node->key)); node = order < 0 ? node->left : node->right)
		parent = node;
	if (!node)
		return NULL;
	*root = delete(*root, key, compare, &gone);
	if (parent == gone)
		parent = *root ? *root : (void *)root;
	free(gone);
	return parent;
}

static void walk(const struct node *node, void (*visit)(const void *, VISIT, int), int depth)
{
	if (!node)
		return;
	if (!node->left && !node->right) {
		visit(node, leaf, depth);
		return;
	}
	visit(node, preorder, depth);
	walk(node->left, visit, depth + 1);
	visit(node, postorder, depth);
	walk(node->right, visit, depth + 1);
	visit(node, endorder, depth);
}

void twalk(const void *root, void (*visit)(const void *node, VISIT when, int depth))
{
	walk(root, visit, 0);
}

void tdestroy(void *root, void (*free_key)(void *key))
{
	struct node *node = root;

	if (!node)
		return;
	tdestroy(node->left, free_key);
	tdestroy(node->right, free_key);
	free_key((void *)node->key);
	free(node);
}
