/* Sorting by heap (in place, n log n always, no recursion) and binary search. */
#include <stdlib.h>
#include <string.h>

static void swap(char *a, char *b, size_t size)
{
	char block[64];

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

static void sift_down(char *base, size_t root, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	for (;;) {
		size_t child = root * 2 + 1;

		if (child >= count)
			return;
		if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + root * size, base + child * size) >= 0)
			return;
		swap(base + root * size, base + child * size, size);
		root = child;
	}
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	for (size_t root = count / 2; root--;)
		sift_down(base, root, count, size, compare);
	while (count > 1) {
		count--;
		swap(base, (char *)base + count * size, size);
		sift_down(base, 0, count, size, compare);
	}
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	while (count) {
		const char *middle = (const char *)base + count / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			base = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
