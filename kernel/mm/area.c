/*
 * Areas of an address space: their tree, their borders, the holes between them. The mm's lock is held throughout; the
 * file's list of areas has a spinlock of its own.
 */
#include "mm/area.h"
#include "fs/file.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/process.h"

u32 area_max = 65530;
u32 overcommit_always;
static struct slab_cache *area_cache;

static struct area *of(struct tree_node *n)
{
	return n ? tree_entry(n, struct area, node) : NULL;
}

static int by_start(const struct tree_node *a, const struct tree_node *b)
{
	u64 x = tree_entry(a, struct area, node)->start, y = tree_entry(b, struct area, node)->start;

	return x < y ? -1 : x > y;
}

struct area *area_next(const struct area *a) { return of(tree_next(&a->node)); }
struct area *area_prev(const struct area *a) { return of(tree_prev(&a->node)); }

struct area *area_find_from(struct mm *mm, u64 address)
{
	struct tree_node *n = mm->areas.root;
	struct area *best = NULL;

	if (mm->last_area && mm->last_area->start <= address && address < mm->last_area->end)
		return mm->last_area;
	while (n) {
		struct area *a = of(n);

		if (a->end > address) {
			best = a;
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return best;
}

struct area *area_find(struct mm *mm, u64 address)
{
	struct area *a = area_find_from(mm, address);

	if (!a || a->start > address)
		return NULL;
	mm->last_area = a;
	return a;
}

struct area *area_create(struct mm *mm, u64 start, u64 end, u32 prot, u32 flags, struct file *file, u64 page_offset,
			 const char *name)
{
	struct area *a;

	if (!area_cache)
		area_cache = slab_cache_create("area", sizeof(struct area), 0);
	a = area_cache ? slab_alloc(area_cache) : NULL;
	if (!a)
		return NULL;
	*a = (struct area){ .mm = mm, .start = start, .end = end, .prot = prot, .flags = flags, .file = file,
			    .page_offset = page_offset, .name = name };
	list_init(&a->mapping_link);
	if (file)
		file_get(file);
	return a;
}

/* Sizes by kind, for limits and /proc. */
static void count(struct area *a, i64 sign)
{
	i64 pages = sign * (i64)((a->end - a->start) >> PAGE_SHIFT);
	struct mm *mm = a->mm;

	mm->mapped_pages += (u64)pages;
	mm->peak_mapped = MAX(mm->peak_mapped, mm->mapped_pages);
	if (area_is_private_writable(a))
		mm->data_pages += (u64)pages;
	if (a->flags & AREA_LOCKED)
		mm->locked_pages += (u64)pages;
}

void area_relink(struct area *a)
{
	tree_insert(&a->mm->areas, &a->node, by_start);
	a->mm->area_count++;
	count(a, 1);
}

void area_unlink(struct area *a)
{
	if (a->mm->last_area == a)
		a->mm->last_area = NULL;
	count(a, -1);
	a->mm->area_count--;
	tree_remove(&a->mm->areas, &a->node);
}

void area_insert(struct area *a)
{
	area_relink(a);
	if (a->file) {
		struct mapping *m = &a->file->inode->mapping;

		spin_lock(&m->lock);
		list_add_tail(&m->areas, &a->mapping_link);
		spin_unlock(&m->lock);
	}
}

void area_remove(struct area *a)
{
	if (a->file) {
		struct mapping *m = &a->file->inode->mapping;

		spin_lock(&m->lock);
		list_del(&a->mapping_link);
		spin_unlock(&m->lock);
	}
	area_unlink(a);
}

void area_free(struct area *a)
{
	if (a->file)
		file_put(a->file);
	slab_free(area_cache, a);
}

struct area *area_split(struct area *a, u64 address)
{
	struct area *upper;

	ASSERT(a->start < address && address < a->end);
	upper = area_create(a->mm, address, a->end, a->prot, a->flags, a->file, area_file_page(a, address), a->name);
	if (!upper)
		return NULL;
	area_unlink(a);
	a->end = address;
	area_relink(a);
	area_insert(upper);
	return upper;
}

static bool joinable(const struct area *low, const struct area *high)
{
	if (low->end != high->start || low->prot != high->prot || low->flags != high->flags || low->file != high->file ||
	    low->name != high->name)
		return false;
	return !low->file || area_file_page(low, low->end) == high->page_offset;
}

/* `low` swallows `high`. */
static void join(struct area *low, struct area *high)
{
	u64 end = high->end;

	area_unlink(low);
	low->end = end;
	area_relink(low);
	area_remove(high);
	area_free(high);		/* not the file's last reference: `low` has one */
}

struct area *area_merge(struct area *a)
{
	struct area *other = area_prev(a);

	if (other && joinable(other, a)) {
		join(other, a);
		a = other;
	}
	other = area_next(a);
	if (other && joinable(a, other))
		join(a, other);
	return a;
}

int areas_cut(struct mm *mm, u64 start, u64 end)
{
	struct area *a = area_find(mm, start);

	if (a && a->start < start && (mm->area_count >= READ_ONCE(area_max) || !area_split(a, start)))
		return -ENOMEM;
	a = area_find(mm, end);
	if (a && a->start < end && (mm->area_count >= READ_ONCE(area_max) || !area_split(a, end)))
		return -ENOMEM;
	return 0;
}

bool range_is_free(struct mm *mm, u64 start, u64 end)
{
	struct area *a = area_find_from(mm, start);

	return !a || a->start >= end;
}

void area_summarise(struct tree_node *n)
{
	struct area *a = of(n);
	const struct area *left = of(n->left), *right = of(n->right);

	a->low = left ? left->low : a->start;
	a->high = right ? right->high : a->end;
	a->hole = 0;
	if (left)
		a->hole = MAX(left->hole, a->start - left->high);
	if (right)
		a->hole = MAX(a->hole, MAX(right->hole, right->low - a->end));
}

/* Could [low, high) have a hole of `length` beside or between the areas of this subtree? */
static bool may_have_hole(const struct area *a, u64 low, u64 high, u64 length)
{
	return a->hole >= length || (a->low > low && a->low - low >= length) || (high > a->high && high - a->high >= length);
}

/* The highest place for `length` in [low, high) as far as this subtree covers it, or 0. As deep as the tree is high: 24 at most. */
static u64 highest_hole(const struct area *a, u64 low, u64 high, u64 length)
{
	u64 found = 0;

	if (high < low || high - low < length)
		return 0;
	if (!a)
		return high - length;
	if (!may_have_hole(a, low, high, length))
		return 0;
	if (a->end < high)
		found = highest_hole(of(a->node.right), MAX(low, a->end), high, length);
	return found ? found : highest_hole(of(a->node.left), low, MIN(high, a->start), length);
}

/* Below a stack that may still grow, its whole limit is not a hole; a page above 64 KiB always stays empty. */
#define LOWEST_ADDRESS 0x10000ul

i64 find_hole(struct mm *mm, u64 length)
{
	u64 found = highest_hole(of(mm->areas.root), LOWEST_ADDRESS, mm->mmap_base, length);

	return found ? (i64)found : -ENOMEM;
}

int charge_check(struct mm *mm, u64 pages, u32 prot, u32 flags, bool reserve)
{
	if (mm->mapped_pages + pages > rlimit_get(RLIMIT_AS) >> PAGE_SHIFT)
		return -ENOMEM;
	if ((flags & AREA_SHARED) || !(prot & PROT_WRITE))
		return 0;
	if (mm->data_pages + pages > rlimit_get(RLIMIT_DATA) >> PAGE_SHIFT)
		return -ENOMEM;
	if (!reserve || READ_ONCE(overcommit_always))
		return 0;
	return pages > frame_total() ? -ENOMEM : 0;	/* an obvious overcommit: more than the machine has */
}
