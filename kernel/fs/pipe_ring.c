/* The ring of a pipe: pipe_ring.h states its rules. Memory of the ring, and slots that refer to pages of others. Task context. */
#include "fs/pipe_ring.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"

static struct slab_cache *pipe_cache;

void pipe_ring_init(void)
{
	pipe_cache = slab_cache_create("pipe", sizeof(struct pipe), CACHE_LINE);
	ASSERT(pipe_cache);
}

struct pipe *pipe_alloc(void)
{
	struct pipe *p = slab_zalloc(pipe_cache);

	if (!p)
		return NULL;
	p->slot_count = PIPE_DEFAULT_SIZE / PAGE_SIZE;
	p->room = PIPE_DEFAULT_SIZE;
	p->slots = kzalloc(p->slot_count * sizeof(*p->slots));
	if (!p->slots) {
		slab_free(pipe_cache, p);
		return NULL;
	}
	mutex_init(&p->lock, "pipe", RANK_OBJECT);
	waitq_init(&p->read_wait);
	waitq_init(&p->write_wait);
	return p;
}

static void free_slots(struct pipe_slot *slots, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (slots[i].page)
			page_put(slots[i].page);
	kfree(slots);
}

void pipe_free(struct pipe *p)
{
	free_slots(p->slots, p->slot_count);
	slab_free(pipe_cache, p);
}

void pipe_ring_clear(struct pipe *p)
{
	while (p->head != p->tail) {
		struct pipe_slot *s = pipe_slot_at(p, p->tail);

		pipe_consume(p, s, (size_t)(s->end - s->start));
	}
}

int pipe_ring_resize(struct pipe *p, unsigned count)
{
	unsigned kept = p->head - p->tail;
	struct pipe_slot *slots;

	if (kept + p->reserved > count)
		return -EBUSY;
	slots = kzalloc(count * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (unsigned i = 0; i < kept; i++) {
		struct pipe_slot *s = pipe_slot_at(p, p->tail + i);

		slots[i] = *s;
		s->page = NULL;
	}
	free_slots(p->slots, p->slot_count);
	p->slots = slots;
	p->slot_count = count;
	p->tail = 0;
	p->head = kept;
	WRITE_ONCE(p->room, (u64)(count - kept - p->reserved) * PAGE_SIZE + pipe_append_room(p));
	return 0;
}

void pipe_reserve(struct pipe *p)
{
	ASSERT(pipe_has_slot(p));
	p->reserved++;
	WRITE_ONCE(p->room, p->room - PAGE_SIZE);
}

void pipe_unreserve(struct pipe *p)
{
	p->reserved--;
	WRITE_ONCE(p->room, p->room + PAGE_SIZE);
}

void pipe_push(struct pipe *p, struct page *page, unsigned start, unsigned length)
{
	struct pipe_slot *s = pipe_slot_at(p, p->head);

	ASSERT(p->reserved && length && length <= PAGE_SIZE &&
	       start + length <= MIN(PAGE_SIZE << page->order, (size_t)UINT16_MAX));
	p->reserved--;
	WRITE_ONCE(p->room, p->room - pipe_append_room(p));
	if (s->page)
		page_put(s->page);
	*s = (struct pipe_slot){ .page = page, .start = (u16)start, .end = (u16)(start + length), .shared = true };
	p->head++;
	WRITE_ONCE(p->used, p->used + length);
}

void pipe_share(struct pipe *p, struct pipe_slot *s)
{
	if (s == pipe_slot_at(p, p->head - 1))
		WRITE_ONCE(p->room, p->room - pipe_append_room(p));
	s->shared = true;
}
