/*
 * Memory for ld-astra's own structures. An arena is a chain of chunks from which blocks are cut and never given back one
 * by one: what one dlopen makes lives in one arena, which goes when the last of its objects goes. What the start makes
 * lives in the first arena, for ever. Usable from stage 1 on; needs the lock after the start.
 */
#include <sys/mman.h>

#include "rtld.h"

#define FIRST_CHUNK 65536
#define CHUNK       16384ul

struct chunk {
	struct chunk *previous;
	size_t size;
};

struct arena {
	struct chunk *chunks;
	char *next;
	size_t left, chunk_size;
	size_t holders;
};

/*
 * The first chunk, enough for most programs, lies behind all variables and begins on their page. A section of its own keeps it
 * there; in C a variable with a section would be written into the file.
 */
#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)
extern char first_chunk[FIRST_CHUNK];
__asm__("\t.section .first_chunk, \"aw\", @nobits\n"
	"\t.balign\t16\n"
	"\t.hidden\tfirst_chunk\n"
	"\t.globl\tfirst_chunk\n"
	"first_chunk:\n"
	"\t.skip\t" TEXT(FIRST_CHUNK) "\n"
	"\t.previous\n");

static struct arena first_arena;
static struct arena *in_use;

void memory_setup(void)
{
	first_arena = (struct arena){ .next = first_chunk, .left = FIRST_CHUNK, .chunk_size = FIRST_CHUNK, .holders = 1 };
	in_use = &first_arena;
}

void *map_memory(size_t size)
{
	long memory = sys(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory < 0 ? NULL : (void *)memory;
}

static void add_chunk(struct arena *arena, size_t size)
{
	size_t need = size + sizeof(struct chunk);
	size_t bytes = need > arena->chunk_size ? (need + PAGE_SIZE - 1) & -PAGE_SIZE : arena->chunk_size;
	struct chunk *chunk = need < size ? NULL : map_memory(bytes);

	if (!chunk)
		die("out of memory", NULL);
	chunk->previous = arena->chunks;
	chunk->size = bytes;
	arena->chunks = chunk;
	arena->next = (char *)(chunk + 1);
	arena->left = bytes - sizeof(struct chunk);
}

void *allocate(size_t size)
{
	void *block;

	if (size > (1ul << 40))
		die("out of memory", NULL);
	size = (size + 15) & ~15ul;
	if (size > in_use->left)
		add_chunk(in_use, size);
	block = in_use->next;
	in_use->next += size;
	in_use->left -= size;
	return block;
}

char *join(const char *a, size_t a_length, const char *b, size_t b_length)
{
	char *text = allocate(a_length + b_length + 1);

	memcpy(text, a, a_length);
	memcpy(text + a_length, b, b_length);
	return text;
}

/* The arena's own structure is the first block of its first chunk. */
struct arena *arena_new(void)
{
	struct arena made = { .chunk_size = CHUNK, .holders = 1 };
	struct arena *arena;

	add_chunk(&made, sizeof(made));
	arena = (struct arena *)made.next;
	made.next += (sizeof(made) + 15) & ~15ul;
	made.left -= (sizeof(made) + 15) & ~15ul;
	*arena = made;
	return arena;
}

struct arena *arena_use(struct arena *arena)
{
	struct arena *before = in_use;

	in_use = arena;
	return before;
}

struct arena *arena_in_use(void)
{
	return in_use;
}

void arena_hold(struct arena *arena)
{
	arena->holders++;
}

void arena_release(struct arena *arena)
{
	struct chunk *chunk = arena->chunks;

	if (--arena->holders)
		return;
	while (chunk) {
		struct chunk *previous = chunk->previous;

		sys(munmap, chunk, chunk->size);
		chunk = previous;
	}
}

void scope_add(struct scope *scope, struct object *object)
{
	if (scope->count == scope->room) {
		size_t room = scope->room ? scope->room * 2 : 8;
		struct object **list = allocate(room * sizeof(*list));

		memcpy(list, scope->list, scope->count * sizeof(*list));
		scope->list = list;
		scope->room = room;
	}
	scope->list[scope->count++] = object;
}

bool scope_has(const struct scope *scope, const struct object *object)
{
	for (size_t i = 0; i < scope->count; i++) {
		if (scope->list[i] == object)
			return true;
	}
	return false;
}

void scope_remove(struct scope *scope, const struct object *object)
{
	size_t kept = 0;

	for (size_t i = 0; i < scope->count; i++) {
		if (scope->list[i] != object)
			scope->list[kept++] = scope->list[i];
	}
	scope->count = kept;
}
