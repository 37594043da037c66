/*
 * Copying the bytes of a packet: to a kernel buffer in any context, to user memory in task context with no spinlock held. Both walk
 * the same pieces.
 */
#include "net/packet.h"

#include "fs/uio.h"
#include "lib/assert.h"
#include "lib/string.h"

/* The longest stretch at `from` that is contiguous, at most n bytes; `from` < length. */
static const u8 *piece_at(const struct packet *p, u32 from, u32 n, u32 *length)
{
	if (from < p->linear) {
		*length = MIN(n, p->linear - from);
		return p->data + from;
	}
	from -= p->linear;
	for (unsigned i = 0; i < p->fragment_count; i++) {
		const struct fragment *f = &p->fragments[i];

		if (from < f->length) {
			*length = MIN(n, f->length - from);
			return (u8 *)page_to_virt(f->page) + f->offset + from;
		}
		from -= f->length;
	}
	ASSERT(!"a byte beyond the packet's end");
	return NULL;
}

void packet_copy_out(const struct packet *p, u32 from, void *buffer, u32 n)
{
	u8 *to = buffer;

	while (n > 0) {
		u32 length;
		const u8 *piece = piece_at(p, from, n, &length);

		memcpy(to, piece, length);
		to += length;
		from += length;
		n -= length;
	}
}

size_t packet_to_uio(const struct packet *p, u32 from, struct uio *u, u32 n)
{
	size_t done = 0;

	while (done < n) {
		u32 length;
		const u8 *piece = piece_at(p, from + (u32)done, n - (u32)done, &length);
		size_t moved = uio_read_in(u, piece, length);

		done += moved;
		if (moved < length)
			break;
	}
	return done;
}
