/* The hash table of hsearch: open addressing, doubled when three quarters are taken. One for the process, not locked. */
#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static ENTRY *table;
static size_t size, used;	/* size is a power of two */

static ENTRY *find(ENTRY *in, size_t slots, const char *key)
{
	uint64_t hash = 14695981039346656037ull;
	size_t at;

	for (const char *c = key; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211ull;
	for (at = (hash ^ hash >> 32) & (slots - 1); in[at].key && strcmp(in[at].key, key); at = (at + 1) & (slots - 1))
		;
	return &in[at];
}

static int grow(void)
{
	ENTRY *bigger = calloc(size * 2, sizeof(*bigger));

	if (!bigger)
		return -1;
	for (size_t i = 0; i < size; i++) {
		if (table[i].key)
			*find(bigger, size * 2, table[i].key) = table[i];
	}
	free(table);
	table = bigger;
	size *= 2;
	return 0;
}

int hcreate(size_t count)
{
	if (table)
		return 0;
	for (size = 16; size / 4 * 3 < count && size < 1ul << 40; size *= 2)
		;
	table = calloc(size, sizeof(*table));
	used = 0;
	return table != NULL;
}

ENTRY *hsearch(ENTRY item, ACTION action)
{
	ENTRY *entry = table ? find(table, size, item.key) : NULL;

	if (entry && entry->key)
		return entry;
	if (!entry || action == FIND) {
		errno = ESRCH;
		return NULL;
	}
	if (used + 1 > size / 4 * 3) {
		if (grow() < 0)
			return NULL;
		entry = find(table, size, item.key);
	}
	used++;
	*entry = item;
	return entry;
}

void hdestroy(void)
{
	free(table);
	table = NULL;
}
