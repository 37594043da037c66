/*
 * The Internet checksum (RFC 1071). Sums are kept in the machine's order of the bytes as they lie in memory (RFC 1071, 2 (B):
 * the sum is independent of byte order), so a folded sum is stored into a header as it is. Pure functions; any context.
 */
#include "net/packet.h"

#include "lib/string.h"

static u64 load64(const u8 *p) { u64 x; __builtin_memcpy(&x, p, 8); return x; }
static u32 load32(const u8 *p) { u32 x; __builtin_memcpy(&x, p, 4); return x; }
static u16 load16(const u8 *p) { u16 x; __builtin_memcpy(&x, p, 2); return x; }

/* a + b with the carry brought round. */
static inline u64 add_carry(u64 a, u64 b)
{
	u64 sum;

	return __builtin_add_overflow(a, b, &sum) ? sum + 1 : sum;
}

static u32 fold64(u64 x)
{
	x = (x >> 32) + (x & UINT32_MAX);
	return (u32)((x >> 32) + x);
}

u32 checksum_add(u32 start, const void *data, size_t n)
{
	const u8 *p = data;
	u64 sum = start;

	for (; n >= 32; p += 32, n -= 32)
		sum = add_carry(add_carry(add_carry(add_carry(sum, load64(p)), load64(p + 8)), load64(p + 16)), load64(p + 24));
	for (; n >= 8; p += 8, n -= 8)
		sum = add_carry(sum, load64(p));
	if (n & 4) {
		sum = add_carry(sum, load32(p));
		p += 4;
	}
	if (n & 2) {
		sum = add_carry(sum, load16(p));
		p += 2;
	}
	if (n & 1)
		sum = add_carry(sum, *p);	/* the missing byte is a zero behind it */
	return fold64(sum);
}

u16 checksum_fold(u32 sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	return (u16)((sum >> 16) + sum);
}

u32 checksum_pseudo(const struct ip_address *source, const struct ip_address *destination, u8 protocol, u32 length)
{
	bool v4 = ip_is_v4(destination);
	u64 sum = (u64)be32(protocol) + be32(length);	/* as 32-bit words the two families' forms add up alike */

	if (v4)
		return fold64(sum + source->be[3] + destination->be[3]);
	for (unsigned i = 0; i < 4; i++)
		sum += (u64)source->be[i] + destination->be[i];
	return fold64(sum);
}

/* Add a piece that begins at an odd or even offset of the whole: at an odd one its bytes change places in their words. */
static u32 add_piece(u32 sum, const void *data, u32 n, bool odd)
{
	u32 piece;

	if (!odd)
		return checksum_add(sum, data, n);
	piece = __builtin_bswap16(checksum_fold(checksum_add(0, data, n)));
	return fold64((u64)sum + piece);
}

u32 packet_sum(const struct packet *p, u32 from, u32 n, u32 sum)
{
	u32 at = 0;	/* summed so far */

	if (from < p->linear) {
		u32 part = MIN(n, p->linear - from);

		sum = checksum_add(sum, p->data + from, part);
		at = part;
		from = 0;
	} else {
		from -= p->linear;
	}
	for (unsigned i = 0; i < p->fragment_count && at < n; i++) {
		const struct fragment *f = &p->fragments[i];
		u32 part;

		if (from >= f->length) {
			from -= f->length;
			continue;
		}
		part = MIN(n - at, f->length - from);
		sum = add_piece(sum, (u8 *)page_to_virt(f->page) + f->offset + from, part, at & 1);
		at += part;
		from = 0;
	}
	return sum;
}

bool packet_verify(struct packet *p, u32 pseudo)
{
	if (p->checksum != CHECKSUM_NONE)
		return true;
	if (checksum_fold(packet_sum(p, 0, p->length, pseudo)) != 0xffff)
		return false;
	p->checksum = CHECKSUM_VERIFIED;
	return true;
}

void packet_complete_checksum(struct packet *p)
{
	u32 start = p->checksum_start - packet_headroom(p);
	u16 sum;

	if (p->checksum != CHECKSUM_PARTIAL)
		return;
	sum = (u16)~checksum_fold(packet_sum(p, start, p->length - start, 0));
	if (sum == 0)
		sum = 0xffff;	/* for UDP zero means none (RFC 768); for TCP both are the same number */
	__builtin_memcpy(p->data + start + p->checksum_offset, &sum, sizeof(sum));
	p->checksum = CHECKSUM_NONE;
}
