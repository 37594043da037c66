/* What lib/ does on the running machine: bulk copies as chosen at boot, trees, the log's ring, the symbol table. */
#include "lib/ksyms.h"
#include "lib/log.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "lib/tree.h"
#include "mm/slab.h"
#include "tests/kernel/selftest.h"

#define BUFFER 8192u

/* Move and fill over every length class against a byte loop. */
SELFTEST(string_bulk)
{
	u8 *a = kmalloc(BUFFER), *b = kmalloc(BUFFER);

	if (!EXPECT(a && b))
		goto out;
	for (unsigned round = 0; round < 200; round++) {
		size_t n = selftest_random() % (round % 2 ? 100 : BUFFER / 2);
		size_t from = selftest_random() % 64, to = selftest_random() % 64;
		bool same = true;

		for (size_t i = 0; i < BUFFER; i++)
			a[i] = b[i] = (u8)(i * 7 + round);
		memcpy(b + BUFFER / 2 + to, a + from, MIN(n, BUFFER / 2 - 64ul));
		memmove(a + to, a + from, n);
		for (size_t i = 0; i < n; i++)
			same &= a[to + i] == (u8)((from + i) * 7 + round);
		for (size_t i = 0; i < MIN(n, BUFFER / 2 - 64ul); i++)
			same &= b[BUFFER / 2 + to + i] == (u8)((from + i) * 7 + round);
		memset(b + to, 0x5a, n);
		for (size_t i = 0; i < n; i++)
			same &= b[to + i] == 0x5a;
		EXPECT(same);
		EXPECT(b[to + n] == (u8)((to + n) * 7 + round) || to + n >= BUFFER / 2);
	}
out:
	kfree(a);
	kfree(b);
}

struct number {
	struct tree_node node;
	u64 key;
};

static int compare_numbers(const struct tree_node *a, const struct tree_node *b)
{
	u64 x = tree_entry(a, struct number, node)->key, y = tree_entry(b, struct number, node)->key;

	return x < y ? -1 : x > y;
}

SELFTEST(tree_order)
{
	enum { COUNT = 2000 };
	struct number *numbers = kmalloc_array(COUNT, sizeof(*numbers));
	struct tree t = TREE_INIT;
	u64 seen = 0, last = 0;

	if (!EXPECT(numbers))
		return;
	for (unsigned i = 0; i < COUNT; i++) {
		numbers[i].key = selftest_random() % 5000;
		tree_insert(&t, &numbers[i].node, compare_numbers);
	}
	EXPECT(t.root->height <= 16);
	for (unsigned i = 0; i < COUNT; i += 3)
		tree_remove(&t, &numbers[i].node);
	for (struct tree_node *n = tree_first(&t); n; n = tree_next(n)) {
		EXPECT(tree_entry(n, struct number, node)->key >= last);
		last = tree_entry(n, struct number, node)->key;
		seen++;
	}
	EXPECT(seen == COUNT - (COUNT + 2) / 3);
	kfree(numbers);
}

SELFTEST(log_ring)
{
	char mark[40], *text = kmalloc(PAGE_SIZE);
	size_t n, length, at = 0;

	if (!EXPECT(text))
		return;
	length = (size_t)scnprintf(mark, sizeof(mark), "mark %016lx\n", selftest_random());
	log_debug("selftest", "%.*s", (int)length - 1, mark);
	n = log_read(text, PAGE_SIZE);
	while (at + length <= n && memcmp(text + at, mark, length) != 0)
		at++;
	EXPECT(at + length <= n);
	EXPECT(n > 0 && text[0] == '[' && text[n - 1] == '\n');
	kfree(text);
}

SELFTEST(ksyms_know_the_runner)
{
	u64 offset = 1;
	const char *name = ksyms_lookup((u64)selftest_run, &offset);

	EXPECT(name && strcmp(name, "selftest_run") == 0 && offset == 0);
	name = ksyms_lookup((u64)selftest_run + 5, &offset);
	EXPECT(name && strcmp(name, "selftest_run") == 0 && offset == 5);
	EXPECT(!ksyms_lookup(0, &offset));
	EXPECT(!ksyms_lookup(UINT64_MAX, &offset));
}
