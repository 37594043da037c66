/* Linear search and linked queues. */
#include <search.h>
#include <string.h>

void *lfind(const void *key, const void *base, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
	const char *at = base;

	for (size_t i = 0; i < *count; i++, at += size) {
		if (!compare(key, at))
			return (void *)at;
	}
	return NULL;
}

void *lsearch(const void *key, void *base, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
	void *found = lfind(key, base, count, size, compare);

	return found ? found : memcpy((char *)base + (*count)++ * size, key, size);
}

struct link {
	struct link *next, *previous;
};

void insque(void *element, void *previous)
{
	struct link *e = element, *p = previous;

	e->previous = p;
	e->next = p ? p->next : NULL;
	if (p)
		p->next = e;
	if (e->next)
		e->next->previous = e;
}

void remque(void *element)
{
	struct link *e = element;

	if (e->next)
		e->next->previous = e->previous;
	if (e->previous)
		e->previous->next = e->next;
}
