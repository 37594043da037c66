/* memset and explicit_bzero, 16 bytes at a time with overlapping ends. Built with -fno-builtin. */
#include <stdint.h>
#include <string.h>

typedef unsigned long long vec __attribute__((vector_size(16), aligned(1), may_alias));

void *memset(void *dst, int c, size_t n)
{
	unsigned long long pattern = (unsigned char)c * 0x0101010101010101ull;
	vec v = { pattern, pattern };
	char *d = dst, *last;

	if (n < 16) {
		for (size_t i = 0; i < n; i++)
			((volatile char *)d)[i] = (char)c;
		return dst;
	}
	last = d + n - 16;
	for (; n > 64; n -= 64, d += 64) {
		((vec *)d)[0] = v;
		((vec *)d)[1] = v;
		((vec *)d)[2] = v;
		((vec *)d)[3] = v;
	}
	for (; n > 16; n -= 16, d += 16)
		*(vec *)d = v;
	*(vec *)last = v;
	return dst;
}

void explicit_bzero(void *dst, size_t n)
{
	memset(dst, 0, n);
	__asm__ volatile("" : : "r"(dst) : "memory");
}
