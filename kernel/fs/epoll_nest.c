/*
 * Epolls that watch epolls: a graph without cycles, no row of it longer than NEST_MAX edges, so that polling and waking, which
 * follow the edges, end and stay on their stacks. epoll_nest_lock guards the edges. Task context.
 */
#include "fs/epoll_internal.h"

#include "lib/error.h"

#define NEST_MAX 4

struct mutex epoll_nest_lock;

static u64 searches;			/* [n] each has a number, so that it visits an epoll once */

void epoll_init(void)
{
	mutex_init(&epoll_nest_lock, "epoll nest", RANK_EPOLL_NEST);
}

/* The longest row below ep, -ELOOP when it leads to `goal`. No row is longer than NEST_MAX, so this stays shallow. */
static int depth_below(struct epoll *ep, const struct epoll *goal) REQUIRES(epoll_nest_lock)
{
	struct epoll_item *item;
	int depth = 0;

	if (ep == goal)
		return -ELOOP;
	if (ep->visit == searches)
		return ep->depth;
	list_for_each(item, &ep->nested, nest_link) {
		int below = depth_below(item->file->data, goal);

		if (below < 0)
			return below;
		depth = MAX(depth, below + 1);
	}
	ep->visit = searches;
	ep->depth = depth;
	return depth;
}

/* The longest row above ep. Who watches an epoll changes under epoll_nest_lock alone. */
static int depth_above(struct epoll *ep) REQUIRES(epoll_nest_lock)
{
	int depth = 0;

	if (ep->visit == searches)
		return ep->depth;
	for (struct epoll_item *item = ep->file->watchers; item; item = item->file_next)
		depth = MAX(depth, depth_above(item->epoll) + 1);
	ep->visit = searches;
	ep->depth = depth;
	return depth;
}

int epoll_nest_check(struct epoll *outer, struct epoll *inner)
{
	int below, above;

	searches++;
	below = depth_below(inner, outer);
	if (below < 0)
		return below;
	searches++;
	above = depth_above(outer);
	return above + 1 + below > NEST_MAX ? -ELOOP : 0;
}
