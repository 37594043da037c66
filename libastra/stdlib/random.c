/*
 * Random generators. random: the additive generator over 31 words that BSD introduced and other C libraries keep, so equal
 * seeds give equal numbers there. drand48: the linear one that POSIX prescribes. One lock for each family.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lock.h"

#define WORDS 31

FORK_LOCK(random_lock);
FORK_LOCK(drand_lock);
static int32_t words[WORDS];			/* [random_lock] */
static int front, ready;			/* [random_lock] */
static uint64_t state48 = 0x1234abcd330eull;	/* [drand_lock] */
static uint64_t factor = 0x5deece66dull;	/* [drand_lock] */
static uint16_t addend = 0xb;			/* [drand_lock] */

/* The next word is the sum of those 31 and 3 steps ago. */
static uint32_t step(void)
{
	int back = front >= 3 ? front - 3 : front + WORDS - 3;
	uint32_t sum = (uint32_t)words[front] + (uint32_t)words[back];

	words[front] = (int32_t)sum;
	front = front + 1 == WORDS ? 0 : front + 1;
	return sum;
}

static void seed(unsigned int value)
{
	int32_t word = value ? (int32_t)value : 1;

	for (int i = 0; i < WORDS; i++) {
		words[i] = word;
		word = (int32_t)(16807ll * word % 2147483647);
		if (word < 0)
			word += 2147483647;
	}
	front = 3;
	for (int i = 0; i < 310; i++)
		step();
	ready = 1;
}

void srandom(unsigned int value)
{
	lock_acquire(&random_lock);
	seed(value);
	lock_release(&random_lock);
}

long random(void)
{
	long result;

	lock_acquire(&random_lock);
	if (!ready)
		seed(1);
	result = (long)(step() >> 1);
	lock_release(&random_lock);
	return result;
}

static uint64_t next48(uint64_t state)
{
	return (state * factor + addend) & 0xffffffffffffull;
}

static uint64_t advance(void)
{
	uint64_t state;

	lock_acquire(&drand_lock);
	state = state48 = next48(state48);
	lock_release(&drand_lock);
	return state;
}

static uint64_t advance_in(unsigned short words48[3])
{
	uint64_t state = next48(words48[0] | (uint64_t)words48[1] << 16 | (uint64_t)words48[2] << 32);

	for (int i = 0; i < 3; i++)
		words48[i] = (unsigned short)(state >> (16 * i));
	return state;
}

double drand48(void)
{
	return (double)advance() * 0x1p-48;
}

double erand48(unsigned short state[3])
{
	return (double)advance_in(state) * 0x1p-48;
}

long lrand48(void)
{
	return (long)(advance() >> 17);
}

long nrand48(unsigned short state[3])
{
	return (long)(advance_in(state) >> 17);
}

long mrand48(void)
{
	return (int32_t)(advance() >> 16);
}

long jrand48(unsigned short state[3])
{
	return (int32_t)(advance_in(state) >> 16);
}

void srand48(long value)
{
	lock_acquire(&drand_lock);
	state48 = (uint64_t)(uint32_t)value << 16 | 0x330e;
	factor = 0x5deece66dull;
	addend = 0xb;
	lock_release(&drand_lock);
}

unsigned short *seed48(unsigned short state[3])
{
	static unsigned short before[3];

	lock_acquire(&drand_lock);
	for (int i = 0; i < 3; i++)
		before[i] = (unsigned short)(state48 >> (16 * i));
	state48 = state[0] | (uint64_t)state[1] << 16 | (uint64_t)state[2] << 32;
	factor = 0x5deece66dull;
	addend = 0xb;
	lock_release(&drand_lock);
	return before;
}

void lcong48(unsigned short numbers[7])
{
	lock_acquire(&drand_lock);
	state48 = numbers[0] | (uint64_t)numbers[1] << 16 | (uint64_t)numbers[2] << 32;
	factor = numbers[3] | (uint64_t)numbers[4] << 16 | (uint64_t)numbers[5] << 32;
	addend = numbers[6];
	lock_release(&drand_lock);
}
