/* Memory for ld-astra's own structures: taken in pages, never given back. Usable from stage 1 on, single-threaded. */
#include <sys/mman.h>

#include "rtld.h"

#define CHUNK 65536ul

static char *next;
static size_t left;

void *allocate(size_t size)
{
	void *block;

	size = (size + 15) & ~15ul;
	if (size > left) {
		size_t chunk = size > CHUNK ? (size + PAGE_SIZE - 1) & -PAGE_SIZE : CHUNK;
		long memory = sys(mmap, 0, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory < 0)
			die("out of memory", NULL);
		next = (char *)memory;
		left = chunk;
	}
	block = next;
	next += size;
	left -= size;
	return block;
}

char *join(const char *a, size_t a_length, const char *b, size_t b_length)
{
	char *text = allocate(a_length + b_length + 1);

	memcpy(text, a, a_length);
	memcpy(text + a_length, b, b_length);
	return text;
}
