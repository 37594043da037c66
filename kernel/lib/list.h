/*
 * Intrusive doubly linked circular lists. An empty head points at itself; a node that is on no list is made so with
 * list_init and tells so by list_empty. The caller's lock guards every operation.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include "lib/types.h"

struct list {
	struct list *next, *prev;
};

#define LIST_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list name = LIST_INIT(name)	/* an empty list of one's own */

static inline void list_init(struct list *l) { l->next = l->prev = l; }
static inline bool list_empty(const struct list *l) { return l->next == l; }

static inline void list_insert_between(struct list *n, struct list *prev, struct list *next)
{
	n->prev = prev;
	n->next = next;
	prev->next = n;
	next->prev = n;
}

static inline void list_add(struct list *head, struct list *n) { list_insert_between(n, head, head->next); }
static inline void list_add_tail(struct list *head, struct list *n) { list_insert_between(n, head->prev, head); }

/* Unlink and leave as a list of its own, so that a second removal does no harm. */
static inline void list_del(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

static inline void list_move_tail(struct list *head, struct list *n)
{
	list_del(n);
	list_add_tail(head, n);
}

/* Move all of `from` to the end of `to`; `from` is empty afterwards. */
static inline void list_splice_tail(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#define list_entry(p, type, member) container_of(p, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)
#define list_last(head, type, member)  list_entry((head)->prev, type, member)
#define list_next(e, member) list_entry((e)->member.next, __typeof__(*(e)), member)

#define list_for_each(e, head, member) \
	for (e = list_first(head, __typeof__(*e), member); &e->member != (head); e = list_next(e, member))

/* Safe against removal of `e`. */
#define list_for_each_safe(e, n, head, member) \
	for (e = list_first(head, __typeof__(*e), member), n = list_next(e, member); &e->member != (head); \
	     e = n, n = list_next(n, member))

#endif
