/*
 * Sorting: quicksort by the median of three (of nine in long runs), which turns into heapsort when its partitions keep
 * coming out lopsided, so that every input takes at most n log n comparisons; short runs are sorted by insertion. It
 * sorts in place, keeps the longer half on a stack of 64 entries of its own, and does not allocate or recurse. A comparison
 * that contradicts itself leaves the elements in some order and never leads outside the array. Also binary search.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_RUN 12
#define LONG_RUN  128

typedef int compare_t(const void *, const void *, void *);

struct sort {
	size_t size;
	compare_t *compare;
	void *argument;
};

struct run {
	char *base;
	size_t count;
	unsigned patience;	/* partitions left before heapsort takes over */
};

static void swap(char *a, char *b, size_t size)
{
	char block[64];

	if (size == 8 || size == 4) {
		memcpy(block, a, size);
		memcpy(a, b, size);
		memcpy(b, block, size);
		return;
	}
	while (size) {
		size_t n = size < sizeof(block) ? size : sizeof(block);

		memcpy(block, a, n);
		memcpy(a, b, n);
		memcpy(b, block, n);
		a += n;
		b += n;
		size -= n;
	}
}

static int order(const struct sort *s, const char *a, const char *b)
{
	return s->compare(a, b, s->argument);
}

static void sort_by_insertion(const struct sort *s, char *base, size_t count)
{
	for (char *end = base + s->size; --count; end += s->size) {
		for (char *at = end; at > base && order(s, at - s->size, at) > 0; at -= s->size)
			swap(at - s->size, at, s->size);
	}
}

static void sift_down(const struct sort *s, char *base, size_t root, size_t count)
{
	for (;;) {
		size_t child = root * 2 + 1;

		if (child >= count)
			return;
		if (child + 1 < count && order(s, base + child * s->size, base + (child + 1) * s->size) < 0)
			child++;
		if (order(s, base + root * s->size, base + child * s->size) >= 0)
			return;
		swap(base + root * s->size, base + child * s->size, s->size);
		root = child;
	}
}

static void sort_by_heap(const struct sort *s, char *base, size_t count)
{
	for (size_t root = count / 2; root--;)
		sift_down(s, base, root, count);
	while (count > 1) {
		count--;
		swap(base, base + count * s->size, s->size);
		sift_down(s, base, 0, count);
	}
}

static char *median(const struct sort *s, char *a, char *b, char *c)
{
	if (order(s, a, b) < 0)
		return order(s, b, c) < 0 ? b : order(s, a, c) < 0 ? c : a;
	return order(s, b, c) > 0 ? b : order(s, a, c) > 0 ? c : a;
}

static char *choose_pivot(const struct sort *s, const struct run *run)
{
	size_t step = run->count / 8 * s->size;
	char *middle = run->base + run->count / 2 * s->size, *last = run->base + (run->count - 1) * s->size, *first = run->base;

	if (run->count > LONG_RUN) {
		first = median(s, first, first + step, first + 2 * step);
		middle = median(s, middle - step, middle, middle + step);
		last = median(s, last - 2 * step, last - step, last);
	}
	return median(s, first, middle, last);
}

/*
 * Splits around the pivot, which is kept in front meanwhile: what is returned lies at its final place, nothing before it is
 * greater and nothing behind it smaller. Both scans stop at equal elements, so that many of them split evenly.
 */
static char *partition(const struct sort *s, const struct run *run)
{
	char *pivot = run->base, *low = pivot, *high = pivot + run->count * s->size, *end = high;

	swap(pivot, choose_pivot(s, run), s->size);
	for (;;) {
		do
			low += s->size;
		while (low < end && order(s, low, pivot) < 0);
		do
			high -= s->size;
		while (high > pivot && order(s, pivot, high) < 0);
		if (low >= high)
			break;
		swap(low, high, s->size);
	}
	swap(pivot, high, s->size);
	return high;
}

static void sort_run(const struct sort *s, struct run run)
{
	struct run later[64];
	unsigned depth = 0;

	for (;;) {
		while (run.count > SHORT_RUN && run.patience) {
			char *pivot = partition(s, &run);
			size_t before = (size_t)(pivot - run.base) / s->size;
			struct run left = { run.base, before, run.patience - 1 };
			struct run right = { pivot + s->size, run.count - before - 1, run.patience - 1 };

			later[depth++] = left.count > right.count ? left : right;
			run = left.count > right.count ? right : left;
		}
		if (run.count > SHORT_RUN)
			sort_by_heap(s, run.base, run.count);
		else if (run.count > 1)
			sort_by_insertion(s, run.base, run.count);
		if (!depth)
			return;
		run = later[--depth];
	}
}

void qsort_r(void *base, size_t count, size_t size, compare_t *compare, void *argument)
{
	const struct sort sort = { size, compare, argument };

	if (count > 1 && size)
		sort_run(&sort, (struct run){ base, count, 2 * (64 - (unsigned)__builtin_clzl(count)) });
}

static int without_argument(const void *a, const void *b, void *compare)
{
	return ((int (*)(const void *, const void *))(uintptr_t)compare)(a, b);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	qsort_r(base, count, size, without_argument, (void *)(uintptr_t)compare);
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	while (count) {
		const char *middle = (const char *)base + count / 2 * size;
		int result = compare(key, middle);

		if (result == 0)
			return (void *)middle;
		if (result > 0) {
			base = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
