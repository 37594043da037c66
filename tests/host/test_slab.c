/* sources: kernel/mm/slab.c kernel/mm/kmalloc.c kernel/mm/frame.c kernel/mm/frame_boot.c kernel/lib/string.c tests/support/host.c */
/*
 * Slab caches and kmalloc over a made-up machine of 64 MiB: sizes and alignments, a random run against a model on
 * several CPUs and threads, exhaustion and recovery, and that misuse is caught.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_memory.h"
#include "host.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"

static u64 free_frames(void)
{
	struct frame_stats stats;

	frame_stats(&stats);
	return stats.free;
}

static u64 used_bytes(void)
{
	u64 held, used;

	slab_stats(&held, &used);
	assert_true(held >= used);
	return used;
}

static int boot(void **unused)
{
	static const struct boot_mem_range map[] = { { 0, KIB(640), BOOT_MEM_FREE, 0 }, { MIB(1), MIB(63), BOOT_MEM_FREE, 0 } };

	fake_memory_boot(map, ARRAY_SIZE(map));
	slab_init();
	return 0;
}

static u64 alignment_promised(size_t size)
{
	return size >= PAGE_SIZE ? PAGE_SIZE : size >= 64 ? 64 : 8;
}

static void test_sizes(void **unused)
{
	u64 before = used_bytes();

	for (size_t size = 1; size <= 3 * PAGE_SIZE; size++) {
		u8 *a = kmalloc(size), *b = kzalloc(size);

		assert_true(IS_ALIGNED((u64)a, alignment_promised(size)));
		assert_true(IS_ALIGNED((u64)b, alignment_promised(size)));
		memset(a, 0xff, size);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(b[i], 0);
		memset(b, 0xff, size);
		assert_true(used_bytes() >= before + 2 * size);
		kfree(a);
		kfree(b);
	}
	assert_int_equal(used_bytes(), before);
}

static void test_large(void **unused)
{
	void *p = kmalloc(MIB(4));

	assert_non_null(p);
	memset(p, 1, MIB(4));
	kfree(p);
	assert_null(kmalloc(MIB(4) + 1));
	assert_null(kmalloc(SIZE_MAX));
	assert_null(kmalloc_array(1ull << 33, 1ull << 33));
	p = kmalloc_array(10, 100);
	assert_non_null(p);
	kfree(p);
	kfree(NULL);
}

static void test_kstrdup(void **unused)
{
	char *p = kstrdup("some words");

	assert_string_equal(p, "some words");
	kfree(p);
}

static void test_caches(void **unused)
{
	static const size_t aligns[] = { 0, 8, 16, 64 };

	for (size_t size = 1; size <= PAGE_SIZE; size = size * 3 / 2 + 1) {
		for (unsigned i = 0; i < ARRAY_SIZE(aligns); i++) {
			struct slab_cache *c = slab_cache_create("test", size, aligns[i]);
			u8 *objects[100];

			for (unsigned j = 0; j < ARRAY_SIZE(objects); j++) {
				objects[j] = slab_zalloc(c);
				assert_true(IS_ALIGNED((u64)objects[j], MAX(aligns[i], 8ul)));
				for (size_t k = 0; k < size; k++)
					assert_int_equal(objects[j][k], 0);
				memset(objects[j], (int)j + 1, size);
			}
			for (unsigned j = 0; j < ARRAY_SIZE(objects); j++) {
				assert_int_equal(objects[j][0], j + 1);
				assert_int_equal(objects[j][size - 1], j + 1);
				slab_free(c, objects[j]);
			}
		}
	}
	slab_drain();
}

struct allocation {
	u8 *p;
	size_t size;
	u8 stamp;
};

static void release(struct allocation *a)
{
	for (size_t i = 0; i < a->size; i++)
		assert_int_equal(a->p[i], a->stamp);
	kfree(a->p);
	a->p = NULL;
}

static void acquire(struct allocation *a, u64 *state)
{
	a->size = 1 + host_random(state) % (host_random(state) % 20 ? 600 : 9000);
	a->stamp = (u8)host_random(state);
	a->p = kmalloc(a->size);
	assert_non_null(a->p);
	memset(a->p, a->stamp, a->size);
}

static void test_random(void **unused)
{
	static struct allocation table[3000];
	u64 state = host_seed(), used = used_bytes(), frames;

	slab_drain();
	frame_drain_caches();
	frames = free_frames();
	for (unsigned step = 0; step < 300000; step++) {
		struct allocation *a = &table[host_random(&state) % ARRAY_SIZE(table)];

		host_cpu = host_random(&state) % 4;
		if (a->p)
			release(a);
		else
			acquire(a, &state);
		if (step % 10000 == 0)
			slab_drain();
		assert_int_equal(host_locks_held(), 0);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].p)
			release(&table[i]);
	host_cpu = 0;
	assert_int_equal(used_bytes(), used);
	slab_drain();
	assert_in_range(free_frames(), frames - 3, frames);	/* three more CPUs have their magazines */
}

static void *hammer(void *arg)
{
	struct allocation table[100] = { 0 };
	u64 state = host_seed() + (u64)arg;

	host_cpu = (unsigned)(u64)arg;
	for (unsigned step = 0; step < 100000; step++) {
		struct allocation *a = &table[host_random(&state) % ARRAY_SIZE(table)];

		if (a->p)
			release(a);
		else
			acquire(a, &state);
		if (step % 5000 == 0) {
			slab_drain();
			frame_drain_caches();
		}
	}
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].p)
			release(&table[i]);
	return NULL;
}

static void test_threads(void **unused)
{
	pthread_t threads[4];
	u64 used = used_bytes();

	host_seed();
	for (u64 i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, (void *)i), 0);
	for (u64 i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(used_bytes(), used);
}

/* Objects freed on another CPU than they came from find their way back. */
static void test_migration(void **unused)
{
	static void *objects[10000];
	u64 frames;

	slab_drain();
	frame_drain_caches();
	frames = free_frames();
	for (unsigned round = 0; round < 20; round++) {
		host_cpu = 0;
		for (unsigned i = 0; i < ARRAY_SIZE(objects); i++)
			assert_non_null(objects[i] = kmalloc(256));
		host_cpu = 1;
		for (unsigned i = 0; i < ARRAY_SIZE(objects); i++)
			kfree(objects[i]);
	}
	host_cpu = 0;
	assert_in_range(frames - free_frames(), 0, 20);
}

static void test_exhaustion(void **unused)
{
	void **chain = NULL, **p;
	u64 frames = free_frames(), used = used_bytes();

	while ((p = kmalloc(1024))) {
		*p = chain;
		chain = p;
	}
	assert_null(kmalloc(8192));
	assert_true(free_frames() < 100);
	while (chain) {
		p = *chain;
		kfree(chain);
		chain = p;
	}
	slab_drain();
	assert_int_equal(used_bytes(), used);
	assert_true(free_frames() >= frames);
	p = kmalloc(MIB(4));
	assert_non_null(p);
	kfree(p);
}

static void free_twice(void *size)
{
	void *p = kmalloc((size_t)size);

	kfree(p);
	kfree(p);
}

static void free_into_the_wrong_cache(void *unused)
{
	struct slab_cache *a = slab_cache_create("wrong_a", 100, 0), *b = slab_cache_create("wrong_b", 100, 0);

	slab_free(b, slab_alloc(a));
	slab_drain();
}

static void free_inside(void *unused)
{
	kfree((char *)kmalloc(2 * PAGE_SIZE) + 16);
}

static void test_misuse_panics(void **unused)
{
	assert_true(host_panics(free_twice, (void *)64));
	assert_true(host_panics(free_twice, (void *)(2 * PAGE_SIZE)));
	assert_true(host_panics(free_inside, NULL));
	assert_true(host_panics(free_into_the_wrong_cache, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),	  cmocka_unit_test(test_large),	    cmocka_unit_test(test_kstrdup),
		cmocka_unit_test(test_caches),	  cmocka_unit_test(test_random),    cmocka_unit_test(test_threads),
		cmocka_unit_test(test_migration), cmocka_unit_test(test_exhaustion), cmocka_unit_test(test_misuse_panics),
	};

	return cmocka_run_group_tests(tests, boot, NULL);
}
