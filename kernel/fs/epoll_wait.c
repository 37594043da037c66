/*
 * epoll: from wake-ups to events. The ready list holds interests whose file said something since they were last looked at; a
 * scan takes it over whole, asks each file what is true now, and hands out what was asked for. A level-triggered interest that
 * had something to say goes back on the list, so that the next wait asks again.
 *
 *	scan, under epoll->lock                   callback, any context
 *	A: item off its list (ready_lock)         C: the file becomes ready
 *	B: asks the file                          D: item on no list? onto `ready` (ready_lock)
 *
 *	If B missed C, A came before D, which finds the item on no list and queues it for the next scan.
 *
 *	epoll_wait                                callback
 *	E: queued on `waiters`, state = SLEEPING  G: item onto `ready`
 *	F: `ready` empty? then sleep              H: wakes `waiters`      (wait.h: F or H sees the other)
 *
 * Task context, but for epoll_item_ready.
 */
#include "fs/epoll_internal.h"

#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/task.h"

bool epoll_item_ready(struct epoll_item *item)
{
	struct epoll *ep = item->epoll;
	irqstate s = spin_lock_irqsave(&ep->ready_lock);
	bool someone;

	if (list_empty(&item->ready_link))
		list_add_tail(&ep->ready, &item->ready_link);	/* D, G */
	spin_unlock_irqrestore(&ep->ready_lock, s);
	someone = waitq_active(&ep->waiters);			/* H */
	if (someone)
		wait_wake(&ep->waiters, POLLIN);
	if (waitq_active(&ep->watchers)) {
		wait_wake(&ep->watchers, POLLIN | POLLRDNORM);
		someone = true;
	}
	return someone;
}

u32 epoll_item_poll(struct epoll_item *item)
{
	return file_poll(item->file, NULL) & item->events;
}

static void take_ready(struct epoll *ep, struct list *scan)
{
	irqstate s = spin_lock_irqsave(&ep->ready_lock);

	list_init(scan);
	list_splice_tail(scan, &ep->ready);
	spin_unlock_irqrestore(&ep->ready_lock, s);
}

static struct epoll_item *next_scanned(struct epoll *ep, struct list *scan)
{
	irqstate s = spin_lock_irqsave(&ep->ready_lock);
	struct epoll_item *item = NULL;

	if (!list_empty(scan)) {
		item = list_first(scan, struct epoll_item, ready_link);
		list_del(&item->ready_link);				/* A */
	}
	spin_unlock_irqrestore(&ep->ready_lock, s);
	return item;
}

static void keep_ready(struct epoll *ep, struct epoll_item *item)
{
	irqstate s = spin_lock_irqsave(&ep->ready_lock);

	if (list_empty(&item->ready_link))
		list_add_tail(&ep->ready, &item->ready_link);
	spin_unlock_irqrestore(&ep->ready_lock, s);
}

/* Back to where next_scanned took it from. */
static void unscan(struct epoll *ep, struct list *scan, struct epoll_item *item)
{
	irqstate s = spin_lock_irqsave(&ep->ready_lock);

	list_del(&item->ready_link);
	list_add(scan, &item->ready_link);
	spin_unlock_irqrestore(&ep->ready_lock, s);
}

/* What the scan did not come to stands before what came meanwhile; if there is any of it, another task may have it. */
static void give_back(struct epoll *ep, struct list *scan)
{
	irqstate s = spin_lock_irqsave(&ep->ready_lock);
	bool left;

	list_splice_tail(scan, &ep->ready);
	list_splice_tail(&ep->ready, scan);
	left = !list_empty(&ep->ready);
	spin_unlock_irqrestore(&ep->ready_lock, s);
	if (left && waitq_active(&ep->waiters))
		wait_wake(&ep->waiters, POLLIN);
}

/* An event was delivered: one-shot interests sleep until they are changed, level-triggered ones are asked again. */
static void after_event(struct epoll *ep, struct epoll_item *item) REQUIRES(ep->lock)
{
	if (item->events & EPOLLONESHOT)
		WRITE_ONCE(item->events, item->events & EPOLL_OPTIONS);
	else if (!(item->events & EPOLLET))
		keep_ready(ep, item);
}

/* Store what is ready: how many, or -EFAULT when the first could not be stored. */
static long send_events(struct epoll *ep, uaddr events, int max_events)
{
	struct epoll_item *item;
	struct list scan;
	long sent = 0;

	mutex_lock(&ep->lock);
	take_ready(ep, &scan);
	while (sent < max_events && (item = next_scanned(ep, &scan)) != NULL) {
		struct epoll_event event = { epoll_item_poll(item), item->data };	/* B */

		if (event.events == 0)
			continue;
		if (copy_to_user(UADDR(events.v + (u64)sent * sizeof(event)), &event, sizeof(event))) {
			unscan(ep, &scan, item);
			if (sent == 0)
				sent = -EFAULT;
			break;
		}
		after_event(ep, item);
		sent++;
	}
	give_back(ep, &scan);
	mutex_unlock(&ep->lock);
	return sent;
}

/* Sleep until something may be ready: 0, -EINTR or -ETIMEDOUT. */
static int sleep_until_ready(struct epoll *ep, u64 deadline)
{
	struct waiter w;
	int error = 0;

	wait_begin_exclusive(&ep->waiters, &w, true);			/* E */
	while (list_empty(&ep->ready) && !error) {			/* F */
		error = wait_sleep(true, deadline);
		if (!error)
			wait_again(true);
	}
	wait_end(&ep->waiters, &w);
	return error == -ERESTARTSYS ? -EINTR : error;
}

/* After a time-out or a signal the list is looked at once more: the wake-up that it used up may have been this task's. */
long epoll_wait_events(struct file *f, uaddr events, int max_events, u64 deadline)
{
	struct epoll *ep;
	int error = deadline == 0 ? -ETIMEDOUT : 0;

	if (!file_is_epoll(f))
		return -EINVAL;
	ep = f->data;
	for (;;) {
		long sent = list_empty(&ep->ready) ? 0 : send_events(ep, events, max_events);

		if (sent != 0)
			return sent;
		if (error)
			return error == -ETIMEDOUT ? 0 : error;
		error = sleep_until_ready(ep, deadline);
	}
}

/* Interests that turn out to have nothing to say leave the list; the first that has stays at its head. */
unsigned epoll_poll(struct file *f, struct poll_table *t)
{
	struct epoll *ep = f->data;
	struct epoll_item *item;
	struct list scan;
	unsigned result = 0;

	poll_wait(t, &ep->watchers);
	if (list_empty(&ep->ready))
		return 0;
	mutex_lock(&ep->lock);
	take_ready(ep, &scan);
	while (result == 0 && (item = next_scanned(ep, &scan)) != NULL) {
		if (epoll_item_poll(item) == 0)
			continue;
		unscan(ep, &scan, item);
		result = POLLIN | POLLRDNORM;
	}
	give_back(ep, &scan);
	mutex_unlock(&ep->lock);
	return result;
}
