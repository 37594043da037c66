/*
 * Strings and memory. The loops move eight bytes at a time through general registers: the kernel keeps the vector
 * registers for user programs, and an emulated processor runs `rep movsb` one iteration a byte. A processor that has
 * a quicker way for long runs registers it through string_choose_bulk(), which measures before it believes.
 *
 * Pure functions over the caller's memory; callable from any context, before relocation of data included. The two
 * pointers to the bulk operations are written once at boot, by the boot CPU alone.
 */
#include "lib/string.h"

#include "lib/error.h"

/* Words at any address, of any object. */
typedef u64 __attribute__((may_alias, aligned(1))) word;
typedef u32 __attribute__((may_alias, aligned(1))) half;
typedef u16 __attribute__((may_alias, aligned(1))) quarter;

#define BULK_MIN 256	/* bytes; below it the start-up of a string instruction costs more than the loop */
#define MEASURED_RUNS 12

static string_copy_fn bulk_copy;	/* [I] once other CPUs run; NULL = the loop */
static string_fill_fn bulk_fill;	/* [I] once other CPUs run; NULL = the loop */

/* Up to 32 bytes. Everything is loaded before anything is stored, so the two may overlap. */
static inline void copy_short(u8 *d, const u8 *s, size_t n)
{
	if (n >= 16) {
		u64 a = *(const word *)s, b = *(const word *)(s + 8);
		u64 y = *(const word *)(s + n - 16), z = *(const word *)(s + n - 8);

		*(word *)d = a;
		*(word *)(d + 8) = b;
		*(word *)(d + n - 16) = y;
		*(word *)(d + n - 8) = z;
	} else if (n >= 8) {
		u64 a = *(const word *)s, z = *(const word *)(s + n - 8);

		*(word *)d = a;
		*(word *)(d + n - 8) = z;
	} else if (n >= 4) {
		u32 a = *(const half *)s, z = *(const half *)(s + n - 4);

		*(half *)d = a;
		*(half *)(d + n - 4) = z;
	} else if (n >= 2) {
		u16 a = *(const quarter *)s, z = *(const quarter *)(s + n - 2);

		*(quarter *)d = a;
		*(quarter *)(d + n - 2) = z;
	} else if (n == 1) {
		*d = *s;
	}
}

static inline void copy_block(u8 *d, const u8 *s)
{
	u64 a = *(const word *)s, b = *(const word *)(s + 8);
	u64 y = *(const word *)(s + 16), z = *(const word *)(s + 24);

	*(word *)d = a;
	*(word *)(d + 8) = b;
	*(word *)(d + 16) = y;
	*(word *)(d + 24) = z;
}

/* More than 32 bytes, rising. The last 32 are loaded first, so `d` may lie below `s` and overlap it. */
static void copy_forward(u8 *d, const u8 *s, size_t n)
{
	u8 *last = d + n - 32;
	u64 a = *(const word *)(s + n - 32), b = *(const word *)(s + n - 24);
	u64 y = *(const word *)(s + n - 16), z = *(const word *)(s + n - 8);

	for (; d < last; d += 32, s += 32)
		copy_block(d, s);
	*(word *)last = a;
	*(word *)(last + 8) = b;
	*(word *)(last + 16) = y;
	*(word *)(last + 24) = z;
}

/* More than 32 bytes, falling: for `d` above `s` with an overlap. */
static void copy_backward(u8 *d, const u8 *s, size_t n)
{
	u64 a = *(const word *)s, b = *(const word *)(s + 8);
	u64 y = *(const word *)(s + 16), z = *(const word *)(s + 24);

	for (; n > 32; n -= 32)
		copy_block(d + n - 32, s + n - 32);
	*(word *)d = a;
	*(word *)(d + 8) = b;
	*(word *)(d + 16) = y;
	*(word *)(d + 24) = z;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	if (n <= 32)
		copy_short(dst, src, n);
	else if (n >= BULK_MIN && bulk_copy)
		bulk_copy(dst, src, n);
	else
		copy_forward(dst, src, n);
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	if (n <= 32)
		copy_short(dst, src, n);
	else if ((u64)dst - (u64)src >= n)
		copy_forward(dst, src, n);
	else
		copy_backward(dst, src, n);
	return dst;
}

/* More than 32 bytes of the eight-byte pattern. */
static void fill_long(u8 *d, u64 pattern, size_t n)
{
	u8 *last = d + n - 32;

	for (; d < last; d += 32) {
		*(word *)d = pattern;
		*(word *)(d + 8) = pattern;
		*(word *)(d + 16) = pattern;
		*(word *)(d + 24) = pattern;
	}
	*(word *)last = pattern;
	*(word *)(last + 8) = pattern;
	*(word *)(last + 16) = pattern;
	*(word *)(last + 24) = pattern;
}

void *memset(void *dst, int c, size_t n)
{
	u64 pattern = (u8)c * 0x0101010101010101ull;
	u8 *d = dst;

	if (n > 32) {
		if (n >= BULK_MIN && bulk_fill)
			bulk_fill(dst, c, n);
		else
			fill_long(d, pattern, n);
		return dst;
	}
	if (n >= 8) {
		if (n > 16) {
			*(word *)(d + 8) = pattern;
			*(word *)(d + n - 16) = pattern;
		}
		*(word *)d = pattern;
		*(word *)(d + n - 8) = pattern;
	} else if (n >= 4) {
		*(half *)d = (u32)pattern;
		*(half *)(d + n - 4) = (u32)pattern;
	} else {
		for (size_t i = 0; i < n; i++)
			d[i] = (u8)c;
	}
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n >= 8; n -= 8, x += 8, y += 8) {
		if (*(const word *)x != *(const word *)y) {
			u64 p = __builtin_bswap64(*(const word *)x), q = __builtin_bswap64(*(const word *)y);

			return p < q ? -1 : 1;
		}
	}
	for (; n > 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n > 0; n--, p++)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end != '\0')
		end++;
	return (size_t)(end - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0')
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	for (; *a != '\0' && *a == *b; a++, b++)
		;
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++)
		if (*a == '\0' || *a != *b)
			return (u8)*a - (u8)*b;
	return 0;
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (*s == '\0')
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (*s == '\0')
			return (char *)last;
	}
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t length = strlen(src);
	size_t n = length < size ? length : size - 1;

	memcpy(dst, src, n);
	dst[n] = '\0';
	return length;
}

/* Eight words a turn: what an emulated processor clears a page quickest with. */
static void clear_words(u64 *p)
{
	for (u64 *end = p + PAGE_SIZE / sizeof(*p); p < end; p += 8) {
		p[0] = 0;
		p[1] = 0;
		p[2] = 0;
		p[3] = 0;
		p[4] = 0;
		p[5] = 0;
		p[6] = 0;
		p[7] = 0;
	}
}

void page_clear(void *page)
{
	if (bulk_fill)
		bulk_fill(page, 0, PAGE_SIZE);
	else
		clear_words(page);
}

void page_copy(void *dst, const void *src)
{
	if (bulk_copy)
		bulk_copy(dst, src, PAGE_SIZE);
	else
		copy_forward(dst, src, PAGE_SIZE);
}

static void loop_copy(void *dst, const void *src, size_t n)
{
	copy_forward(dst, src, n);
}

static void loop_fill(void *dst, int c, size_t n)
{
	(void)c;
	(void)n;
	clear_words(dst);
}

static u64 time_copy(string_copy_fn copy, void *a, const void *b, u64 (*ticks)(void))
{
	u64 start = ticks();

	copy(a, b, PAGE_SIZE);
	return ticks() - start;
}

static u64 time_fill(string_fill_fn fill, void *a, u64 (*ticks)(void))
{
	u64 start = ticks();

	fill(a, 0, PAGE_SIZE);
	return ticks() - start;
}

/* The quickest of some runs counts, which no interrupt or cold cache spoilt; they alternate, so that both meet the same weather. */
unsigned string_choose_bulk(string_copy_fn copy, string_fill_fn fill, void *scratch, u64 (*ticks)(void))
{
	void *a = scratch, *b = (u8 *)scratch + PAGE_SIZE;
	string_copy_fn old_copy = bulk_copy ? bulk_copy : loop_copy;
	string_fill_fn old_fill = bulk_fill ? bulk_fill : loop_fill;
	u64 copy_best[2] = { ~0ull, ~0ull }, fill_best[2] = { ~0ull, ~0ull };
	unsigned chosen = 0;

	for (int i = 0; i < MEASURED_RUNS; i++) {
		copy_best[0] = MIN(copy_best[0], time_copy(old_copy, a, b, ticks));
		copy_best[1] = MIN(copy_best[1], time_copy(copy, a, b, ticks));
		fill_best[0] = MIN(fill_best[0], time_fill(old_fill, a, ticks));
		fill_best[1] = MIN(fill_best[1], time_fill(fill, a, ticks));
	}
	if (copy_best[1] < copy_best[0]) {
		bulk_copy = copy;
		chosen |= BULK_COPY;
	}
	if (fill_best[1] < fill_best[0]) {
		bulk_fill = fill;
		chosen |= BULK_FILL;
	}
	return chosen;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

int parse_u64(const char *s, u64 *value)
{
	u64 base = 10, v = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	} else if (s[0] == '0' && s[1] != '\0') {
		base = 8;
		s++;
	}
	if (*s == '\0')
		return -EINVAL;
	for (; *s != '\0'; s++) {
		u64 digit = (u64)digit_value(*s);

		if (digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, digit, &v))
			return -ERANGE;
	}
	*value = v;
	return 0;
}
