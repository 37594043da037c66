/*
 * Each thread's own values. A key's generation is odd while it is in use and changes with each creation and deletion, so that a
 * value set under an earlier life of the key is none. Values are the thread's own and need no lock.
 */
#include <errno.h>
#include <stdlib.h>

#include "thread_impl.h"

static struct key {
	unsigned long generation;		/* [a] */
	void (*destructor)(void *);		/* written by the creator before it hands the key out */
} keys[PTHREAD_KEYS_MAX];

static unsigned long generation_of(pthread_key_t key)
{
	return __atomic_load_n(&keys[key].generation, __ATOMIC_ACQUIRE);
}

int pthread_key_create(pthread_key_t *out, void (*destructor)(void *))
{
	for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
		unsigned long generation = generation_of(key);

		if (generation & 1)
			continue;
		if (!__atomic_compare_exchange_n(&keys[key].generation, &generation, generation + 1, 0, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		keys[key].destructor = destructor;
		*out = key;
		return 0;
	}
	return EAGAIN;
}

int pthread_key_delete(pthread_key_t key)
{
	unsigned long generation;

	if (key >= PTHREAD_KEYS_MAX)
		return EINVAL;
	generation = generation_of(key);
	if (!(generation & 1) || !__atomic_compare_exchange_n(&keys[key].generation, &generation, generation + 1, 0,
							      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return EINVAL;
	return 0;
}

static struct key_value *block_of(struct __pthread *self, pthread_key_t key)
{
	return key < KEY_BLOCK ? self->keys : self->key_blocks[key / KEY_BLOCK];
}

void *pthread_getspecific(pthread_key_t key)
{
	struct key_value *block;

	if (key >= PTHREAD_KEYS_MAX)
		return NULL;
	block = block_of(&__thread_self, key);
	if (!block || block[key % KEY_BLOCK].generation != generation_of(key))
		return NULL;
	return block[key % KEY_BLOCK].value;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	struct __pthread *self = &__thread_self;
	struct key_value *block;

	if (key >= PTHREAD_KEYS_MAX || !(generation_of(key) & 1))
		return EINVAL;
	block = block_of(self, key);
	if (!block && !value)
		return 0;
	if (!block) {
		block = calloc(KEY_BLOCK, sizeof(*block));
		if (!block)
			return ENOMEM;
		self->key_blocks[key / KEY_BLOCK] = block;
	}
	self->has_keys = true;
	block[key % KEY_BLOCK] = (struct key_value){ generation_of(key), (void *)value };
	return 0;
}

/* Whether a destructor ran, which may have set further values. */
static bool destroy_values(struct __pthread *self)
{
	bool ran = false;

	for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
		struct key_value *block = block_of(self, key), *entry = block + key % KEY_BLOCK;
		void (*destructor)(void *) = keys[key].destructor;
		void *value;

		if (!block) {
			key += KEY_BLOCK - 1;
			continue;
		}
		value = entry->value;
		if (!value || entry->generation != generation_of(key))
			continue;
		entry->value = NULL;
		if (destructor) {
			destructor(value);
			ran = true;
		}
	}
	return ran;
}

void __key_destructors(struct __pthread *self)
{
	for (int round = 0; self->has_keys && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		if (!destroy_values(self))
			break;
	}
	for (int i = 1; self->has_keys && i < KEY_BLOCKS; i++) {
		free(self->key_blocks[i]);
		self->key_blocks[i] = NULL;
	}
}
