/*
 * The random number generator: a root key, and a key for each CPU that is drawn from it.
 *
 * pool_lock guards the root key. A CPU's state belongs to that CPU with interrupts off, so the usual call takes no lock: one
 * block of ChaCha20 under the CPU's key gives the next key and a key for this call alone, which is then stretched with
 * interrupts on. A CPU draws a fresh key when something was added (generation) and every RESEED_NS, mixing in what the
 * processor's own generator gives and the time-stamp counter; neither is trusted alone.
 *
 * Single numbers come from a small store of each CPU, two blocks under such a key, each erased as it is given out; an addition
 * empties the stores.
 */
#include "lib/random.h"

#include "arch/arch.h"
#include "lib/atomic.h"
#include "lib/chacha.h"
#include "lib/string.h"
#include "sched/clock.h"
#include "sched/lock.h"

#define KEY_SIZE  32u
#define STORED	  (2 * CHACHA_BLOCK / sizeof(u64))
#define RESEED_NS (60 * NS_PER_SEC)

struct cpu_state {
	u8 key[KEY_SIZE];
	i32 generation;		/* of the pool when the key was drawn; 0: never */
	u64 drawn;		/* clock_now() of then */
	unsigned left;		/* of the store, from its start */
	u64 store[STORED];
};

static struct spinlock pool_lock = SPINLOCK_INIT("random", RANK_RANDOM);
static u8 pool_key[KEY_SIZE];		/* [pool_lock] */
static atomic32 generation = ATOMIC(1);		/* [a] rises with every addition */
static struct cpu_state states[MAX_CPUS];	/* each its CPU's, interrupts off */

static void block_of(const u8 key[KEY_SIZE], u32 counter, u8 block[CHACHA_BLOCK])
{
	static const u32 no_nonce[3];
	u32 words[KEY_SIZE / 4];

	memcpy(words, key, KEY_SIZE);
	chacha20_block(words, counter, no_nonce, block);
	memset(words, 0, sizeof(words));
	barrier();	/* the erasure is no dead store */
}

/* key = the first half of the block under key; the second half is given out. */
static void step(u8 key[KEY_SIZE], u8 out[KEY_SIZE])
{
	u8 block[CHACHA_BLOCK];

	block_of(key, 0, block);
	memcpy(key, block, KEY_SIZE);
	memcpy(out, block + KEY_SIZE, KEY_SIZE);
	memset(block, 0, sizeof(block));
	barrier();
}

static void absorb(u8 key[KEY_SIZE], const u8 *data, size_t size)
{
	u8 unused[KEY_SIZE];

	for (size_t at = 0; at < size; at += KEY_SIZE) {
		size_t n = MIN(size - at, (size_t)KEY_SIZE);

		for (size_t i = 0; i < n; i++)
			key[i] ^= data[at + i];
		step(key, unused);
	}
}

void random_mix(const void *data, size_t size)
{
	irqstate s = spin_lock_irqsave(&pool_lock);

	absorb(pool_key, data, size);
	spin_unlock_irqrestore(&pool_lock, s);
	atomic_inc(&generation);
}

void random_init(const u8 seed[RANDOM_SEED_SIZE])
{
	random_mix(seed, RANDOM_SEED_SIZE);
}

static void draw_key(struct cpu_state *c, u64 now)
{
	u64 extra[4] = { 0, arch_tsc(), now, arch_cpu_id() };
	u8 fresh[KEY_SIZE];
	irqstate s;

	c->generation = atomic_read(&generation);
	c->drawn = now;
	(void)arch_random(&extra[0]);
	s = spin_lock_irqsave(&pool_lock);
	absorb(pool_key, (const u8 *)extra, sizeof(extra));
	step(pool_key, fresh);
	spin_unlock_irqrestore(&pool_lock, s);
	absorb(c->key, fresh, sizeof(fresh));
	memset(fresh, 0, sizeof(fresh));
	barrier();
}

static void one_time_key(u8 key[KEY_SIZE])
{
	irqstate s = arch_irq_save();
	struct cpu_state *c = &states[arch_cpu_id()];
	u64 now = clock_now();

	if (c->generation != atomic_read(&generation) || now - c->drawn > RESEED_NS)
		draw_key(c, now);
	step(c->key, key);
	arch_irq_restore(s);
}

void random_bytes(void *buf, size_t n)
{
	u8 key[KEY_SIZE], block[CHACHA_BLOCK];
	u8 *out = buf;

	one_time_key(key);
	if (n <= KEY_SIZE) {
		memcpy(out, key, n);
	} else {
		for (u32 counter = 0; n > 0; counter++) {
			size_t part = MIN(n, (size_t)CHACHA_BLOCK);

			block_of(key, counter, block);
			memcpy(out, block, part);
			out += part;
			n -= part;
		}
		memset(block, 0, sizeof(block));
	}
	memset(key, 0, sizeof(key));
	barrier();
}

static void fill_store(struct cpu_state *c, u64 now)
{
	u8 key[KEY_SIZE];

	if (c->generation != atomic_read(&generation) || now - c->drawn > RESEED_NS)
		draw_key(c, now);
	step(c->key, key);
	block_of(key, 0, (u8 *)&c->store[0]);
	block_of(key, 1, (u8 *)&c->store[STORED / 2]);
	memset(key, 0, sizeof(key));
	barrier();
	c->left = STORED;
}

u64 random_u64(void)
{
	irqstate s = arch_irq_save();
	struct cpu_state *c = &states[arch_cpu_id()];
	u64 v;

	if (c->left == 0 || unlikely(c->generation != atomic_read(&generation)))
		fill_store(c, clock_now());
	v = c->store[--c->left];
	c->store[c->left] = 0;
	arch_irq_restore(s);
	return v;
}

/* Numbers of the incomplete last round would favour the small results: they are drawn again. */
u64 random_below(u64 limit)
{
	u64 incomplete = -limit % limit, v;

	do
		v = random_u64();
	while (v < incomplete);
	return v % limit;
}
