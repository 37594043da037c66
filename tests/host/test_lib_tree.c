/* sources: kernel/lib/tree.c tests/support/host.c */
/*
 * kernel/lib/tree.c against a sorted array: random insertions and removals, after each of which a check of the order,
 * the links, the heights and the balance; insertion of equal keys keeps the order of arrival.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host.h"
#include "lib/tree.h"

#define ITEMS 200

struct item {
	struct tree_node node;
	u64 key;
	u64 serial;
};

static int compare_items(const struct tree_node *a, const struct tree_node *b)
{
	u64 x = tree_entry(a, struct item, node)->key, y = tree_entry(b, struct item, node)->key;

	return x < y ? -1 : x > y;
}

/* The height of the subtree; every link and height on the way is checked. */
static int check_subtree(const struct tree_node *n, const struct tree_node *parent)
{
	int left, right;

	if (!n)
		return 0;
	assert_ptr_equal(n->parent, parent);
	left = check_subtree(n->left, n);
	right = check_subtree(n->right, n);
	assert_true(abs(left - right) <= 1);
	assert_int_equal(n->height, 1 + MAX(left, right));
	return n->height;
}

static void check_tree(const struct tree *t, struct item *const *model, unsigned count)
{
	const struct tree_node *n = tree_first(t);

	check_subtree(t->root, NULL);
	for (unsigned i = 0; i < count; i++, n = tree_next(n)) {
		assert_ptr_equal(n, &model[i]->node);
		assert_ptr_equal(tree_prev(n), i > 0 ? &model[i - 1]->node : NULL);
	}
	assert_null(n);
	assert_ptr_equal(tree_last(t), count > 0 ? &model[count - 1]->node : NULL);
}

static void model_insert(struct item **model, unsigned count, struct item *item)
{
	unsigned at = count;

	while (at > 0 && model[at - 1]->key > item->key) {
		model[at] = model[at - 1];
		at--;
	}
	model[at] = item;
}

static void model_remove(struct item **model, unsigned count, const struct item *item)
{
	unsigned at = 0;

	while (model[at] != item)
		at++;
	for (; at + 1 < count; at++)
		model[at] = model[at + 1];
}

static void random_run(u64 keys, u64 *state)
{
	static struct item items[ITEMS];
	struct item *model[ITEMS];
	struct tree t = TREE_INIT;
	unsigned count = 0;

	for (unsigned i = 0; i < ITEMS; i++)
		items[i] = (struct item){ 0 };
	for (unsigned step = 0; step < 4000; step++) {
		struct item *item = &items[host_random(state) % ITEMS];

		if (tree_linked(&item->node)) {
			tree_remove(&t, &item->node);
			assert_false(tree_linked(&item->node));
			model_remove(model, count--, item);
		} else {
			item->key = host_random(state) % keys;
			tree_insert(&t, &item->node, compare_items);
			assert_true(tree_linked(&item->node));
			model_insert(model, count++, item);
		}
		check_tree(&t, model, count);
	}
}

static void test_random(void **unused)
{
	u64 state = host_seed();

	random_run(UINT64_MAX, &state);
	random_run(50, &state);
	random_run(1, &state);
}

static void test_ascending(void **unused)
{
	enum { COUNT = 1 << 16 };
	struct item *items = calloc(COUNT, sizeof(*items));
	struct tree t = TREE_INIT;

	for (u64 i = 0; i < COUNT; i++) {
		items[i].key = i;
		tree_insert(&t, &items[i].node, compare_items);
	}
	assert_true(check_subtree(t.root, NULL) <= 17);
	for (u64 i = 0; i < COUNT; i += 2)
		tree_remove(&t, &items[i].node);
	check_subtree(t.root, NULL);
	assert_ptr_equal(tree_first(&t), &items[1].node);
	assert_ptr_equal(tree_next(tree_first(&t)), &items[3].node);
	free(items);
}

static void remove_unlinked(void *arg)
{
	struct tree t = TREE_INIT;
	struct item item = { 0 };

	tree_remove(&t, &item.node);
}

static void test_removing_a_stranger_panics(void **unused)
{
	assert_true(host_panics(remove_unlinked, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_ascending),
		cmocka_unit_test(test_removing_a_stranger_panics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
