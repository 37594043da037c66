/* Growing texts for proc's files. One task's, no lock; task context (a mutex may be held). */
#include "fs/proc.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"

#define MIN_CAPACITY 1024ul
#define MAX_CAPACITY MIB(4)

/* Room for n more bytes and a NUL. */
static bool reserve(struct text *t, size_t n)
{
	size_t capacity = MAX(t->capacity, MIN_CAPACITY);
	char *grown;

	if (t->failed)
		return false;
	if (t->size + n < t->capacity)
		return true;
	while (capacity <= t->size + n)
		capacity *= 2;
	grown = capacity <= MAX_CAPACITY ? kmalloc(capacity) : NULL;
	if (!grown) {
		t->failed = true;
		return false;
	}
	memcpy(grown, t->data, t->size);
	kfree(t->data);
	t->data = grown;
	t->capacity = capacity;
	return true;
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || !reserve(t, (size_t)n))
		return;
	va_start(ap, format);
	t->size += (size_t)vsnprintf(t->data + t->size, t->capacity - t->size, format, ap);
	va_end(ap);
}

void text_bytes(struct text *t, const void *bytes, size_t n)
{
	if (!reserve(t, n))
		return;
	memcpy(t->data + t->size, bytes, n);
	t->size += n;
}

void text_char(struct text *t, char c)
{
	text_bytes(t, &c, 1);
}

void text_free(struct text *t)
{
	kfree(t->data);
}
