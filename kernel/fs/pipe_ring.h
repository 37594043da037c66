/*
 * The ring of a pipe, for pipe.c (bytes) and splice.c (pages). A slot refers to a part of a page. The page is the ring's own,
 * and then writers add to it; or it is shared with somebody (a file, a program, another pipe), and then the slot only reads it.
 *
 *  - pipe->lock (a mutex: user memory is copied under it) guards everything; sleepers and poll look without it.
 *  - Slots in use are never empty; an empty slot may keep a page of the ring's own for the next write.
 *  - Who splices out of a pipe sets `draining`, lets go of the lock while the bytes of the oldest slot are written elsewhere,
 *    and then consumes them. Nobody else takes bytes meanwhile, so none is seen twice or out of order.
 *  - Who splices in reserves a slot before it takes bytes from where they cannot be put back.
 */
#ifndef FS_PIPE_RING_H
#define FS_PIPE_RING_H

#include "fs/pipe.h"
#include "mm/frame.h"
#include "sched/wait.h"

struct pipe_slot {
	struct page *page;		/* referenced; NULL only in empty slots */
	u16 start, end;			/* the bytes, inside the page, or a block of pages when it is shared; at most PAGE_SIZE of them */
	bool packet;			/* one write with O_DIRECT: nothing is added to it, and one read takes it whole */
	bool shared;			/* somebody else refers to the page, so it is never written to */
};

/* Letters: [p] lock to change, read without it by sleepers and poll. */
struct pipe {
	struct mutex lock;		/* RANK_OBJECT; of two pipes, the one at the lower address first */
	unsigned head, tail;		/* [p] slots filled and emptied: head - tail are in use, tail is the oldest */
	unsigned slot_count;		/* [p] a power of two */
	unsigned reserved;		/* [p] free slots that are promised to splices */
	u64 used;			/* [p] bytes in it */
	u64 room;			/* [p] bytes that fit behind the newest slot's and into free slots that are not reserved */
	struct pipe_slot *slots;	/* [p] */
	bool draining;			/* [p] the oldest slot is being spliced out */
	unsigned readers, writers;	/* [p] open ends */
	unsigned opened_readers, opened_writers;	/* [p] ends ever opened: a FIFO's opener waits for one more */
	struct waitq read_wait, write_wait;
};

void pipe_ring_init(void);			/* boot: the cache of pipes */
struct pipe *pipe_alloc(void);			/* empty, without ends; NULL when memory is out */
void pipe_free(struct pipe *p);
void pipe_ring_clear(struct pipe *p) REQUIRES(p->lock);

/* Another number of slots, a power of two, contents kept: 0, -EBUSY (they do not fit) or -ENOMEM. */
int pipe_ring_resize(struct pipe *p, unsigned count) REQUIRES(p->lock);

static inline struct pipe_slot *pipe_slot_at(struct pipe *p, unsigned i)
{
	return &p->slots[i & (p->slot_count - 1)];
}

/* How many bytes still fit into the newest slot. */
static inline unsigned pipe_append_room(struct pipe *p)
{
	const struct pipe_slot *newest = pipe_slot_at(p, p->head - 1);

	return p->head == p->tail || newest->shared || newest->packet ? 0 : (unsigned)PAGE_SIZE - newest->end;
}

/* The oldest slot is empty: out of the ring with it. An empty ring starts over at its first page, which is in the cache. */
static inline void pipe_pop(struct pipe *p, struct pipe_slot *s) REQUIRES(p->lock)
{
	if (s->shared) {
		page_put(s->page);
		s->page = NULL;
		s->shared = false;
	}
	s->start = s->end = 0;
	s->packet = false;
	if (++p->tail == p->head) {
		p->tail = p->head = 0;
		WRITE_ONCE(p->room, (u64)(p->slot_count - p->reserved) * PAGE_SIZE);
	} else {
		WRITE_ONCE(p->room, p->room + PAGE_SIZE);
	}
}

/* n bytes of the oldest slot are taken. */
static inline void pipe_consume(struct pipe *p, struct pipe_slot *s, size_t n) REQUIRES(p->lock)
{
	s->start = (u16)(s->start + n);
	WRITE_ONCE(p->used, p->used - n);
	if (s->start == s->end)
		pipe_pop(p, s);
}

/* Is a slot free, and not reserved? The newest slot never offers a whole page. */
static inline bool pipe_has_slot(const struct pipe *p) { return READ_ONCE(p->room) >= PAGE_SIZE; }

/* Promise a free slot to the caller, who fills it by pipe_push or gives it back. */
void pipe_reserve(struct pipe *p) REQUIRES(p->lock);
void pipe_unreserve(struct pipe *p) REQUIRES(p->lock);

/* Fill a reserved slot with a part of a page, whose reference it takes over: shared, so never written to. */
void pipe_push(struct pipe *p, struct page *page, unsigned start, unsigned length) REQUIRES(p->lock);

/* A slot's page is about to be referred to by somebody else: nothing is added to it from now on. */
void pipe_share(struct pipe *p, struct pipe_slot *s) REQUIRES(p->lock);

static inline void pipe_wake(struct waitq *q, unsigned events)
{
	if (waitq_active(q))
		wait_wake(q, events);
}

static inline bool pipe_readable(const struct pipe *p)
{
	return !READ_ONCE(p->draining) && (READ_ONCE(p->used) || !READ_ONCE(p->writers));
}

#endif
