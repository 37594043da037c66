/* Memory of the shell: arenas with a count of holders, and growing strings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

#define CHUNK 4000

struct chunk {
	struct chunk *next;
	size_t used, size;
	char data[] __attribute__((aligned(16)));
};

struct arena {
	struct chunk *chunks;
	int holders;
};

void *xrealloc(void *block, size_t size)
{
	void *memory = realloc(block, size);

	if (!memory) {
		dprintf(2, "sh: out of memory\n");
		_exit(2);
	}
	return memory;
}

void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

struct arena *arena_new(void)
{
	struct arena *arena = xmalloc(sizeof(*arena));

	arena->chunks = NULL;
	arena->holders = 1;
	return arena;
}

void arena_hold(struct arena *arena)
{
	arena->holders++;
}

void arena_release(struct arena *arena)
{
	if (--arena->holders)
		return;
	while (arena->chunks) {
		struct chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		free(chunk);
	}
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *block;

	size = (size + 15) & ~15ul;
	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;

		chunk = xmalloc(sizeof(*chunk) + room);
		chunk->next = arena->chunks;
		chunk->used = 0;
		chunk->size = room;
		arena->chunks = chunk;
	}
	block = chunk->data + chunk->used;
	chunk->used += size;
	memset(block, 0, size);
	return block;
}

char *arena_text(struct arena *arena, const char *s, size_t n)
{
	char *copy = arena_alloc(arena, n + 1);

	memcpy(copy, s, n);
	return copy;
}

void buffer_add(struct buffer *buffer, const char *s, size_t n)
{
	if (buffer->length + n + 1 > buffer->size) {
		buffer->size = (buffer->length + n + 1) * 2;
		buffer->text = xrealloc(buffer->text, buffer->size);
	}
	memcpy(buffer->text + buffer->length, s, n);
	buffer->length += n;
	buffer->text[buffer->length] = 0;
}

void buffer_char(struct buffer *buffer, char c)
{
	buffer_add(buffer, &c, 1);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->text);
	*buffer = (struct buffer){ 0 };
}
