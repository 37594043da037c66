/*
 * The user copies in each of the ways that the boot may choose (arch/x86_64/bulk.h), over an unmapped page: they stop at exactly the
 * first byte that cannot be had. The guard page of kernel memory stands for ring 3's; every way is right at any time, so
 * that changing it under other tasks harms nobody.
 */
#include "arch/x86_64/bulk.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "tests/kernel/selftest.h"

#define SIZE PAGE_SIZE

extern u8 user_copy_way, user_clear_way;
size_t user_copy_raw(void *dst, const void *src, size_t size);
size_t user_clear_raw(void *dst, size_t size);
ssize_t user_string_raw(char *dst, const char *src, size_t size);

static bool all(const u8 *p, size_t n, u8 value)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != value)
			return false;
	return true;
}

/* n bytes where only `good` can be read, then where only `good` can be written, then cleared. */
static void check(u8 *mapped, u8 *other, size_t good, size_t n)
{
	u8 *edge = mapped + SIZE - good;

	memset(other, 1, SIZE);
	memset(mapped, 2, SIZE);
	EXPECT(user_copy_raw(other, edge, n) == n - MIN(n, good));
	EXPECT(all(other, MIN(n, good), 2) && all(other + MIN(n, good), SIZE - MIN(n, good), 1));
	memset(other, 3, SIZE);
	EXPECT(user_copy_raw(edge, other, n) == n - MIN(n, good));
	EXPECT(all(edge, MIN(n, good), 3) && all(mapped, SIZE - good, 2));
	EXPECT(user_clear_raw(edge, n) == n - MIN(n, good));
	EXPECT(all(edge, MIN(n, good), 0) && all(mapped, SIZE - good, 2));
}

SELFTEST(user_copy_counts_to_the_byte)
{
	u8 *mapped = kmap_alloc(SIZE), *other = kmalloc(SIZE);
	u8 copy_way = user_copy_way, clear_way = user_clear_way;

	for (u8 way = BULK_LOOP; EXPECT(mapped && other) && way <= BULK_BYTES; way++) {
		user_copy_way = user_clear_way = way;
		for (unsigned round = 0; round < 100; round++)
			check(mapped, other, selftest_random() % (round % 2 ? 600 : SIZE), selftest_random() % (SIZE + 1));
		check(mapped, other, SIZE, SIZE);
		check(mapped, other, 0, SIZE);
		check(mapped, other, 300, 300);
	}
	user_copy_way = copy_way;
	user_clear_way = clear_way;
	if (mapped)
		kmap_free(mapped, SIZE);
	kfree(other);
}

/* A string of `length` bytes at an offset, up to the guard page or with its NUL before it, against room for `size`. */
static void check_string(char *mapped, char *other, size_t offset, size_t length, size_t size)
{
	size_t there = SIZE - offset;
	ssize_t want = length < size && length < there ? (ssize_t)length : size <= there ? (ssize_t)size : -1;

	memset(mapped + offset, 'a', there);
	if (length < there)
		mapped[offset + length] = '\0';
	memset(other, 'b', SIZE);
	EXPECT(user_string_raw(other, mapped + offset, size) == want);
	if (want >= 0)
		EXPECT(all((u8 *)other, (size_t)want, 'a'));
	if (want >= 0 && (size_t)want < size)
		EXPECT(other[want] == '\0');
	EXPECT(all((u8 *)other + MIN(size, there), SIZE - MIN(size, there), 'b'));
}

SELFTEST(user_string_ends)
{
	char *mapped = kmap_alloc(SIZE), *other = kmalloc(SIZE);

	for (unsigned round = 0; EXPECT(mapped && other) && round < 400; round++)
		check_string(mapped, other, SIZE - 1 - selftest_random() % 100, selftest_random() % 100, selftest_random() % 120);
	if (mapped)
		kmap_free(mapped, SIZE);
	kfree(other);
}
