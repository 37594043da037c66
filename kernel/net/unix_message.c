/*
 * Messages of AF_UNIX: their memory, their bytes, what they count against their sender's buffer, and the queues that they are
 * in. Small ones are one allocation; the bytes of large ones are in pages. Task context.
 */
#include "net/unix_internal.h"

#include "fs/uio.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"

#define INLINE_MAX 1856u		/* with the header a size of kmalloc's ladder; more goes to pages */

struct unix_message *unix_message_alloc(u32 length)
{
	u32 pages = length > INLINE_MAX ? (u32)((length + PAGE_SIZE - 1) / PAGE_SIZE) : 0;
	size_t size = sizeof(struct unix_message) + (pages ? pages * sizeof(struct page *) : length);
	struct unix_message *m = kmalloc(size);

	if (!m)
		return NULL;
	m->length = length;
	m->offset = 0;
	m->charge = (u32)(size + pages * PAGE_SIZE);
	m->page_count = 0;
	m->sender = NULL;
	m->rights = NULL;
	m->connection = NULL;
	for (; m->page_count < pages; m->page_count++) {
		m->pages[m->page_count] = page_alloc(0, 0);
		if (!m->pages[m->page_count]) {
			unix_message_free(m);
			return NULL;
		}
	}
	return m;
}

void unix_message_free(struct unix_message *m)
{
	for (u32 i = 0; i < m->page_count; i++)
		page_put(m->pages[i]);
	if (m->rights)
		unix_rights_free(m->rights);
	if (m->connection)
		unix_end(m->connection, true);
	if (m->sender)
		unix_put(m->sender);
	kfree(m);
}

int unix_message_fill(struct unix_message *m, struct uio *from)
{
	if (!m->page_count)
		return uio_write_out(from, m->bytes, m->length) < m->length ? -EFAULT : 0;
	for (u32 i = 0, at = 0; at < m->length; i++, at += PAGE_SIZE) {
		u32 n = MIN(m->length - at, (u32)PAGE_SIZE);

		if (uio_write_out(from, page_to_virt(m->pages[i]), n) < n)
			return -EFAULT;
	}
	return 0;
}

size_t unix_message_copy(const struct unix_message *m, u32 offset, struct uio *to, size_t n)
{
	size_t done = 0;

	if (!m->page_count)
		return uio_read_in(to, m->bytes + offset, n);
	while (done < n) {
		u32 at = offset + (u32)done, in_page = at & (u32)PAGE_MASK;
		size_t part = MIN(n - done, PAGE_SIZE - in_page);
		size_t moved = uio_read_in(to, (u8 *)page_to_virt(m->pages[at / PAGE_SIZE]) + in_page, part);

		done += moved;
		if (moved < part)
			break;
	}
	return done;
}

static bool has_room(const struct unix_sock *u) { return (u64)atomic_read(&u->sent) < READ_ONCE(u->send_buffer); }

int unix_wait_room(struct unix_sock *u, u64 timeout, u64 deadline)
{
	int error;

	for (;;) {
		if (unlikely(READ_ONCE(u->error)))
			return -unix_take_error(u);
		if (unlikely(READ_ONCE(u->shut_write)))
			return -EPIPE;
		if (likely(has_room(u)))
			return 0;
		if (deadline == 0)
			return -EAGAIN;
		error = wait_event_timeout(&u->write_wait, has_room(u) || READ_ONCE(u->error) || READ_ONCE(u->shut_write), true,
					   deadline);
		error = socket_wait_result(error, timeout);
		if (error)
			return error;
	}
}

void unix_charge(struct unix_sock *sender, struct unix_message *m) { (void)atomic_add(&sender->sent, m->charge); }

void unix_discharge(struct unix_sock *sender, const struct unix_message *m)
{
	(void)atomic_sub(&sender->sent, m->charge);
	if (waitq_active(&sender->write_wait) && unix_may_write(sender))
		wait_wake_all(&sender->write_wait, POLLOUT | POLLWRNORM | POLLWRBAND);
}

/* The link that leads to the message is stored when the message is whole: streams are read without the lock (unix_stream.c). */
void unix_append(struct unix_sock *to, struct unix_message *m)
{
	m->link.next = &to->queue;
	m->link.prev = to->queue.prev;
	__atomic_store_n(&m->link.prev->next, &m->link, __ATOMIC_RELEASE);
	to->queue.prev = &m->link;
	WRITE_ONCE(to->queue_length, to->queue_length + 1);
	__atomic_store_n(&to->arrivals, to->arrivals + 1, __ATOMIC_RELEASE);
}

/* Pollers of connected senders hear of a place in the queue, once. */
static void wake_relays(struct unix_sock *u) REQUIRES(u->lock)
{
	while (!list_empty(&u->relays)) {
		struct unix_sock *r = list_first(&u->relays, struct unix_sock, relay_link);

		list_del(&r->relay_link);
		WRITE_ONCE(r->relay_on, NULL);
		wait_wake_all(&r->write_wait, POLLOUT | POLLWRNORM | POLLWRBAND);
	}
}

void unix_unlink(struct unix_sock *u, struct unix_message *m)
{
	bool was_full = unix_is_full(u);

	list_del(&m->link);
	WRITE_ONCE(u->queue_length, u->queue_length - 1);
	if (likely(!was_full) || unix_is_full(u))
		return;
	wake_relays(u);
	if (waitq_active(&u->space_wait))
		wait_wake_all(&u->space_wait, POLLOUT | POLLWRNORM);
}

void unix_purge(struct unix_sock *u)
{
	struct unix_message *m;
	LIST_HEAD(taken);

	spin_lock(&u->lock);
	list_splice_tail(&taken, &u->queue);
	WRITE_ONCE(u->queue_length, 0);
	wake_relays(u);
	spin_unlock(&u->lock);
	wait_wake_all(&u->space_wait, POLLOUT | POLLWRNORM);
	while (!list_empty(&taken)) {
		m = list_first(&taken, struct unix_message, link);
		list_del(&m->link);
		if (m->sender || (u->peer && !m->connection))
			unix_discharge(m->sender ? m->sender : u->peer, m);
		unix_message_free(m);
	}
}
