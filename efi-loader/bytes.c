/*
 * memcpy, memset, memcmp and strlen for a program without a C library. The long ones move words of eight bytes:
 * byte-wise string instructions cost an iteration a byte under emulation. Callable in every context.
 *
 * Compiled with -fno-builtin, so that the loops are not turned into calls of the functions they implement.
 */
#include <stdint.h>

#include "bytes.h"

void *memcpy(void *to, const void *from, size_t length)
{
	void *target = to;
	size_t words = length / 8;

	length %= 8;
	__asm__ volatile("rep movsq" : "+D"(target), "+S"(from), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(length) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t length)
{
	uint64_t pattern = (uint8_t)value * 0x0101010101010101ull;
	void *target = to;
	size_t words = length / 8;

	length %= 8;
	__asm__ volatile("rep stosq" : "+D"(target), "+c"(words) : "a"(pattern) : "memory");
	__asm__ volatile("rep stosb" : "+D"(target), "+c"(length) : "a"(pattern) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t length)
{
	const uint8_t *x = a, *y = b;

	for (size_t i = 0; i < length; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}
