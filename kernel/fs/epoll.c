/*
 * epoll: the interest list and its life. epoll->lock (a mutex) guards the interests of one epoll, ready_lock its ready list;
 * watch_lock guards each file's list of who watches it. epoll_wait.c collects events, epoll_nest.c keeps epolls that watch
 * epolls free of cycles.
 *
 * A watched file wakes its queues from any context; the interest's callback puts the interest on the ready list:
 *
 *	epoll_ctl(ADD)                            waker of the file
 *	A: waiter into the file's queue           C: the file becomes ready
 *	B: is the file ready? then onto           D: looks at the queue: callback puts the interest
 *	   the ready list                            onto the ready list (once)
 *
 *	If B missed C then A came before D, which finds the waiter (wait.h).
 *
 * Three may end an interest: epoll_ctl(DEL), the end of the epoll, and the end of the file. DEL holds references of both, so
 * it meets neither of the others. Those two take epoll_nest_lock, one after the other:
 *
 *	end of the epoll                          end of the file
 *	E: waiters out of the file's queues       G: file->watchers is empty? then nobody holds the file
 *	F: item out of file->watchers (release)      (acquire); the queues go
 *
 *	G that sees F also sees E; G that does not waits for epoll_nest_lock, and then finds the list empty.
 */
#include "fs/epoll_internal.h"

#include "lib/error.h"
#include "mm/slab.h"

static struct spinlock watch_lock = SPINLOCK_INIT("epoll watch", RANK_PAGES);

bool file_is_epoll(const struct file *f)
{
	return f->ops == &epoll_file_ops;
}

/* ---- Waiters ---- */

/* Under the lock of one of the file's queues, interrupts off. */
static bool item_woken(struct waiter *w, unsigned events)
{
	struct epoll_item *item = container_of(w, struct epoll_waiter, waiter)->item;
	u32 wanted = READ_ONCE(item->events);
	bool woke;

	if (!(wanted & ~EPOLL_OPTIONS) || (events && !(events & wanted)))
		return false;
	woke = epoll_item_ready(item);
	return woke && (wanted & EPOLLEXCLUSIVE);
}

struct item_table {
	struct poll_table table;
	struct epoll_item *item;
};

static void watch_queue(struct poll_table *t, struct waitq *q)
{
	struct item_table *it = container_of(t, struct item_table, table);
	struct epoll_item *item = it->item;
	struct epoll_waiter *w = item->queues ? kmalloc(sizeof(*w)) : &item->first;

	if (!w) {
		t->out_of_memory = true;
		return;
	}
	*w = (struct epoll_waiter){ .waiter = { .fn = item_woken, .exclusive = item->events & EPOLLEXCLUSIVE },
				    .item = item, .queue = q, .next = item->queues };
	item->queues = w;
	wait_add(q, &w->waiter);
}

/* No callback of the item runs or will run on return. */
static void unwatch_queues(struct epoll_item *item)
{
	while (item->queues) {
		struct epoll_waiter *w = item->queues;

		item->queues = w->next;
		wait_remove(w->queue, &w->waiter);
		if (w != &item->first)
			kfree(w);
	}
}

static void link_to_file(struct epoll_item *item)
{
	spin_lock(&watch_lock);
	item->file_next = item->file->watchers;
	WRITE_ONCE(item->file->watchers, item);
	spin_unlock(&watch_lock);
}

static void unlink_from_file(struct epoll_item *item)
{
	struct epoll_item **at;

	spin_lock(&watch_lock);
	for (at = &item->file->watchers; *at != item; at = &(*at)->file_next)
		;
	__atomic_store_n(at, item->file_next, __ATOMIC_RELEASE);	/* F */
	spin_unlock(&watch_lock);
}

/* ---- Interests ---- */

static int compare_keys(const struct file *a, int a_fd, const struct file *b, int b_fd)
{
	if (a != b)
		return (u64)a < (u64)b ? -1 : 1;
	return a_fd < b_fd ? -1 : a_fd > b_fd;
}

static int by_key(const struct tree_node *a, const struct tree_node *b)
{
	const struct epoll_item *x = tree_entry(a, struct epoll_item, node), *y = tree_entry(b, struct epoll_item, node);

	return compare_keys(x->file, x->fd, y->file, y->fd);
}

static struct epoll_item *find_item(struct epoll *ep, const struct file *f, int fd) REQUIRES(ep->lock)
{
	struct tree_node *n = ep->items.root;

	while (n) {
		struct epoll_item *item = tree_entry(n, struct epoll_item, node);
		int c = compare_keys(f, fd, item->file, item->fd);

		if (c == 0)
			return item;
		n = c < 0 ? n->left : n->right;
	}
	return NULL;
}

static void remove_item(struct epoll *ep, struct epoll_item *item) REQUIRES(ep->lock)
{
	irqstate s;

	unwatch_queues(item);			/* E */
	s = spin_lock_irqsave(&ep->ready_lock);
	list_del(&item->ready_link);
	spin_unlock_irqrestore(&ep->ready_lock, s);
	tree_remove(&ep->items, &item->node);
	list_del(&item->nest_link);
	unlink_from_file(item);
	kfree(item);
}

static int add_item(struct epoll *ep, struct file *f, int fd, const struct epoll_event *event) REQUIRES(ep->lock)
{
	struct item_table t = { .table = { .wait = watch_queue, .lasting = true } };
	struct epoll_item *item = kzalloc(sizeof(*item));
	unsigned events;

	if (!item)
		return -ENOMEM;
	t.item = item;
	item->epoll = ep;
	item->file = f;
	item->fd = fd;
	item->events = event->events | EPOLL_ALWAYS;
	item->data = event->data;
	list_init(&item->ready_link);
	list_init(&item->nest_link);
	if (file_is_epoll(f))
		list_add(&ep->nested, &item->nest_link);
	tree_insert(&ep->items, &item->node, by_key);
	link_to_file(item);
	events = file_poll(f, &t.table);	/* A, B */
	if (t.table.out_of_memory) {
		remove_item(ep, item);
		return -ENOMEM;
	}
	if (events & item->events)
		epoll_item_ready(item);
	return 0;
}

/* The new wishes are visible before the look, so that a callback that used the old ones came before it. */
static void change_item(struct epoll_item *item, const struct epoll_event *event)
{
	item->data = event->data;
	WRITE_ONCE(item->events, event->events | EPOLL_ALWAYS);
	smp_mb();
	if (epoll_item_poll(item))
		epoll_item_ready(item);
}

/* ---- epoll_ctl ---- */

static int control_locked(struct epoll *ep, int op, struct file *f, int fd, const struct epoll_event *event) REQUIRES(ep->lock)
{
	struct epoll_item *item = find_item(ep, f, fd);

	switch (op) {
	case EPOLL_CTL_ADD:
		return item ? -EEXIST : add_item(ep, f, fd, event);
	case EPOLL_CTL_DEL:
		if (!item)
			return -ENOENT;
		remove_item(ep, item);
		return 0;
	case EPOLL_CTL_MOD:
		if (!item)
			return -ENOENT;
		if (item->events & EPOLLEXCLUSIVE)
			return -EINVAL;
		change_item(item, event);
		return 0;
	default:
		return -EINVAL;
	}
}

static int check_control(const struct file *epoll, int op, const struct file *f, const struct epoll_event *event)
{
	const u32 with_exclusive = POLLIN | POLLOUT | EPOLL_ALWAYS | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

	if (!f->ops->poll)
		return -EPERM;
	if (epoll == f || !file_is_epoll(epoll))
		return -EINVAL;
	if (op == EPOLL_CTL_DEL || !(event->events & EPOLLEXCLUSIVE))
		return 0;
	if (op == EPOLL_CTL_MOD)
		return -EINVAL;
	return op == EPOLL_CTL_ADD && (file_is_epoll(f) || (event->events & ~with_exclusive)) ? -EINVAL : 0;
}

static int control(struct epoll *ep, int op, struct file *f, int fd, const struct epoll_event *event)
{
	int error;

	mutex_lock(&ep->lock);
	error = control_locked(ep, op, f, fd, event);
	mutex_unlock(&ep->lock);
	return error;
}

static int control_nested(struct epoll *ep, int op, struct file *f, int fd, const struct epoll_event *event)
{
	int error = 0;

	mutex_lock(&epoll_nest_lock);
	if (op == EPOLL_CTL_ADD)
		error = epoll_nest_check(ep, f->data);
	if (!error)
		error = control(ep, op, f, fd, event);
	mutex_unlock(&epoll_nest_lock);
	return error;
}

int epoll_control(struct file *epoll, int op, struct file *f, int fd, const struct epoll_event *event)
{
	int error = check_control(epoll, op, f, event);

	if (error)
		return error;
	return file_is_epoll(f) ? control_nested(epoll->data, op, f, fd, event) : control(epoll->data, op, f, fd, event);
}

/* ---- Ends and beginnings ---- */

void epoll_file_released(struct file *f)
{
	struct epoll_item *item;

	if (!__atomic_load_n(&f->watchers, __ATOMIC_ACQUIRE))		/* G */
		return;
	mutex_lock(&epoll_nest_lock);
	while ((item = READ_ONCE(f->watchers)) != NULL) {
		struct epoll *ep = item->epoll;

		mutex_lock(&ep->lock);
		remove_item(ep, item);
		mutex_unlock(&ep->lock);
	}
	mutex_unlock(&epoll_nest_lock);
}

static void epoll_release(struct file *f)
{
	struct epoll *ep = f->data;
	struct tree_node *n;

	mutex_lock(&epoll_nest_lock);
	mutex_lock(&ep->lock);
	while ((n = tree_first(&ep->items)) != NULL)
		remove_item(ep, tree_entry(n, struct epoll_item, node));
	mutex_unlock(&ep->lock);
	mutex_unlock(&epoll_nest_lock);
	kfree(ep);
}

const struct file_ops epoll_file_ops = {
	.poll = epoll_poll,
	.release = epoll_release,
	.seek_ignored = true,
};

/* The queues are woken from inside other files' queues, hence their rank. */
struct file *epoll_create(void)
{
	struct epoll *ep = kzalloc(sizeof(*ep));
	struct file *f;

	if (!ep)
		return ERR_PTR(-ENOMEM);
	mutex_init(&ep->lock, "epoll", RANK_EPOLL);
	spin_init(&ep->ready_lock, "epoll ready", RANK_EPOLL_READY);
	list_init(&ep->ready);
	list_init(&ep->nested);
	waitq_init(&ep->waiters);
	waitq_init(&ep->watchers);
	spin_init(&ep->waiters.lock, "epoll waiters", RANK_EPOLL_WAITQ);
	spin_init(&ep->watchers.lock, "epoll watchers", RANK_EPOLL_WAITQ);
	f = file_create_anon("[eventpoll]", &epoll_file_ops, ep, O_RDWR);
	if (IS_ERR(f))
		kfree(ep);
	else
		ep->file = f;
	return f;
}
