/* Cursors over the memory that a read or write moves bytes to or from: see uio.h. Pure but for the user copies. */
#include "fs/uio.h"

#include "lib/string.h"
#include "mm/usercopy.h"

void uio_init_user(struct uio *u, struct iovec *one, uaddr base, u64 length)
{
	*one = (struct iovec){ base, length };
	*u = (struct uio){ .iov = one, .count = 1, .left = length };
}

void uio_init_vector(struct uio *u, const struct iovec *iov, unsigned count, u64 total)
{
	*u = (struct uio){ .iov = iov, .count = count, .left = total };
}

void uio_init_kernel(struct uio *u, void *buffer, u64 length)
{
	*u = (struct uio){ .kernel = buffer, .left = length };
}

enum direction { TO_CALLER, FROM_CALLER, ZEROS };

/* Move n bytes, all in the current segment; returns how many could be. */
static size_t move_user(uaddr address, void *memory, size_t n, enum direction direction)
{
	switch (direction) {
	case TO_CALLER:
		return n - copy_to_user_partial(address, memory, n);
	case FROM_CALLER:
		return n - copy_from_user_partial(memory, address, n);
	default:
		return clear_user(address, n) ? 0 : n;
	}
}

static void move_kernel(u8 *buffer, void *memory, size_t n, enum direction direction)
{
	if (direction == TO_CALLER)
		memcpy(buffer, memory, n);
	else if (direction == FROM_CALLER)
		memcpy(memory, buffer, n);
	else
		memset(buffer, 0, n);
}

static void advance(struct uio *u, size_t n)
{
	u->left -= n;
	u->offset += n;
	while (u->count > 1 && u->offset == u->iov->length) {
		u->iov++;
		u->count--;
		u->offset = 0;
	}
}

/* Over several segments, or a kernel buffer. */
static __noinline size_t move_pieces(struct uio *u, u8 *memory, size_t n, enum direction direction)
{
	size_t done = 0;

	if (!u->iov) {
		move_kernel(u->kernel, memory, n, direction);
		u->kernel += n;
		u->left -= n;
		return n;
	}
	if (n)
		advance(u, 0);
	while (done < n) {
		size_t part = MIN(n - done, u->iov->length - u->offset);
		size_t moved = move_user(UADDR(u->iov->base.v + u->offset), memory, part, direction);

		advance(u, moved);
		done += moved;
		if (moved < part)
			break;
		if (memory)
			memory += moved;
	}
	return done;
}

/* The last or only segment holds all that is left. */
static inline size_t move(struct uio *u, u8 *memory, size_t n, enum direction direction)
{
	size_t moved;

	n = MIN(n, u->left);
	if (unlikely(!u->iov || u->count != 1))
		return move_pieces(u, memory, n, direction);
	moved = move_user(UADDR(u->iov->base.v + u->offset), memory, n, direction);
	u->offset += moved;
	u->left -= moved;
	return moved;
}

size_t uio_read_in(struct uio *u, const void *src, size_t n)
{
	return move(u, (u8 *)src, n, TO_CALLER);
}

size_t uio_write_out(struct uio *u, void *dst, size_t n)
{
	return move(u, dst, n, FROM_CALLER);
}

size_t uio_zero(struct uio *u, size_t n)
{
	return move(u, NULL, n, ZEROS);
}
