/*
 * memcpy, mempcpy and memmove. 16-byte SSE loads and stores: `rep movsb` runs byte by byte under emulation and is not
 * better on real processors for the small blocks that programs copy. The ends are covered by overlapping moves, so
 * that no byte loop is left. This file is built with -fno-builtin: a loop here must not become a call of memcpy.
 */
#include <stdint.h>
#include <string.h>

typedef long long vec __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t word64 __attribute__((aligned(1), may_alias));
typedef uint32_t word32 __attribute__((aligned(1), may_alias));
typedef uint16_t word16 __attribute__((aligned(1), may_alias));

/* Up to 16 bytes; every load happens before the first store, so overlap is harmless. */
static inline void move_small(char *d, const char *s, size_t n)
{
	if (n >= 8) {
		uint64_t head = *(const word64 *)s, tail = *(const word64 *)(s + n - 8);

		*(word64 *)d = head;
		*(word64 *)(d + n - 8) = tail;
	} else if (n >= 4) {
		uint32_t head = *(const word32 *)s, tail = *(const word32 *)(s + n - 4);

		*(word32 *)d = head;
		*(word32 *)(d + n - 4) = tail;
	} else if (n >= 2) {
		uint16_t head = *(const word16 *)s, tail = *(const word16 *)(s + n - 2);

		*(word16 *)d = head;
		*(word16 *)(d + n - 2) = tail;
	} else if (n) {
		*d = *s;
	}
}

/* n > 16, dst below src or apart: ascending, the tail loaded first because the loop may overwrite it. */
static inline void move_up(char *d, const char *s, size_t n)
{
	vec tail = *(const vec *)(s + n - 16);
	char *last = d + n - 16;

	while (n > 64) {
		vec a = ((const vec *)s)[0], b = ((const vec *)s)[1], c = ((const vec *)s)[2], e = ((const vec *)s)[3];

		((vec *)d)[0] = a;
		((vec *)d)[1] = b;
		((vec *)d)[2] = c;
		((vec *)d)[3] = e;
		s += 64;
		d += 64;
		n -= 64;
	}
	for (; n > 16; n -= 16, s += 16, d += 16)
		*(vec *)d = *(const vec *)s;
	*(vec *)last = tail;
}

/* n > 16, dst above src: descending, the head loaded first. */
static inline void move_down(char *d, const char *s, size_t n)
{
	vec head = *(const vec *)s;

	for (; n > 16; n -= 16)
		*(vec *)(d + n - 16) = *(const vec *)(s + n - 16);
	*(vec *)d = head;
}

void *memmove(void *dst, const void *src, size_t n)
{
	if (n <= 16)
		move_small(dst, src, n);
	else if ((uintptr_t)dst - (uintptr_t)src >= n)
		move_up(dst, src, n);
	else
		move_down(dst, src, n);
	return dst;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	if (n <= 16)
		move_small(dst, src, n);
	else
		move_up(dst, src, n);
	return dst;
}

void *mempcpy(void *restrict dst, const void *restrict src, size_t n)
{
	return (char *)memcpy(dst, src, n) + n;
}
