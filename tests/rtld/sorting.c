/* oracle: host */
/*
 * qsort and qsort_r: every kind of order, among them the one that an adversary makes up while it is asked, is sorted with
 * n log n comparisons; elements of any size keep their contents; a comparison that lies does no harm.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define COUNT 20000

static long comparisons;
static int values[COUNT], frozen[COUNT], frozen_count, candidate, gas;

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	comparisons++;
	return (x > y) - (x < y);
}

/* An element that was never compared with a settled one stays greater than all of those: quicksort's worst case. */
static int by_adversary(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	comparisons++;
	if (frozen[x] == gas && frozen[y] == gas)
		frozen[x == candidate ? x : y] = frozen_count++;
	if (frozen[x] == gas)
		candidate = x;
	else if (frozen[y] == gas)
		candidate = y;
	return frozen[x] - frozen[y];
}

static int backwards(const void *a, const void *b, void *argument)
{
	++*(long *)argument;
	return -memcmp(a, b, 4);
}

static int liar(const void *a, const void *b)
{
	return rand() % 3 - 1;
}

static void check_sorted(const char *what)
{
	for (int i = 1; i < COUNT; i++) {
		if (values[i - 1] > values[i]) {
			printf("%s: not sorted at %d\n", what, i);
			check_failures++;
			return;
		}
	}
}

static int value(int kind, int i)
{
	switch (kind) {
	case 0:  return i;
	case 1:  return COUNT - i;
	case 2:  return 7;
	case 3:  return i < COUNT / 2 ? i : COUNT - i;
	case 4:  return i % 2;
	case 5:  return (int)((unsigned)i * 7919u % 1009u);
	case 6:  return i == COUNT - 1 ? -1 : i;
	default: return rand();
	}
}

static void orders(void)
{
	for (int kind = 0; kind < 8; kind++) {
		long long sum = 0;

		for (int i = 0; i < COUNT; i++)
			sum += values[i] = value(kind, i);
		comparisons = 0;
		qsort(values, COUNT, sizeof(int), by_value);
		CHECK(comparisons < 40l * COUNT);
		check_sorted("orders");
		for (int i = 0; i < COUNT; i++)
			sum -= values[i];
		CHECK(sum == 0);
	}
}

static void adversary(void)
{
	gas = COUNT;
	for (int i = 0; i < COUNT; i++) {
		values[i] = i;
		frozen[i] = gas;
	}
	comparisons = 0;
	qsort(values, COUNT, sizeof(int), by_adversary);
	CHECK(comparisons < 60l * COUNT);
	for (int i = 1; i < COUNT; i++)
		CHECK(frozen[values[i - 1]] <= frozen[values[i]]);
}

static void sizes(void)
{
	static const size_t tried[] = { 4, 5, 8, 13, 64, 100, 257 };
	static unsigned char data[300 * 257];

	for (size_t k = 0; k < sizeof(tried) / sizeof(*tried); k++) {
		size_t size = tried[k];
		long calls = 0;

		for (size_t i = 0; i < 300; i++) {
			unsigned tag = (unsigned)(i * 101 % 300);

			memset(data + i * size, (int)tag, size);
			data[i * size] = (unsigned char)(tag >> 8);
			data[i * size + 1] = (unsigned char)tag;
		}
		qsort_r(data, 300, size, backwards, &calls);
		CHECK(calls > 300);
		for (size_t i = 0; i < 300; i++) {
			unsigned tag = 299 - (unsigned)i;
			unsigned char *at = data + i * size;

			CHECK(at[0] == tag >> 8 && at[1] == (tag & 255) && at[size - 1] == (tag & 255));
		}
	}
}

static void lies(void)
{
	static int guarded[1002];

	guarded[0] = guarded[1001] = 12345;
	for (int round = 0; round < 50; round++) {
		long sum = 0;

		for (int i = 0; i < 1000; i++)
			guarded[i + 1] = i;
		qsort(guarded + 1, 1000, sizeof(int), liar);
		for (int i = 0; i < 1000; i++)
			sum += guarded[i + 1];
		CHECK(sum == 999 * 500 && guarded[0] == 12345 && guarded[1001] == 12345);
	}
}

int main(void)
{
	orders();
	adversary();
	sizes();
	lies();
	qsort(values, 0, sizeof(int), by_value);
	qsort(values, 1, sizeof(int), by_value);
	CHECK_END();
}
