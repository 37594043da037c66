/*
 * BLAKE2b after RFC 7693, written for clarity: the loader hashes a few kilobytes. Owns no state; callable from any
 * context.
 */
#include <stdbool.h>

#include "blake2b.h"
#include "bytes.h"

enum { ROUNDS = 12, SCHEDULES = 10 };

static const uint64_t initial[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const uint8_t schedule[SCHEDULES][16] = {
	{  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10,  4,  8,  9, 15, 13,  6,  1, 12,  0,  2, 11,  7,  5,  3 },
	{ 11,  8, 12,  0,  5,  2, 15, 13, 10, 14,  3,  6,  7,  1,  9,  4 },
	{  7,  9,  3,  1, 13, 12, 11, 14,  2,  6,  5, 10,  4,  0, 15,  8 },
	{  9,  0,  5,  7,  2,  4, 10, 15, 14,  1, 11, 12,  6,  8,  3, 13 },
	{  2, 12,  6, 10,  0, 11,  8,  3,  4, 13,  7,  5, 15, 14,  1,  9 },
	{ 12,  5,  1, 15, 14, 13,  4, 10,  0,  7,  6,  3,  9,  2,  8, 11 },
	{ 13, 11,  7, 14, 12,  1,  3,  9,  5,  0, 15,  4,  8,  6,  2, 10 },
	{  6, 15, 14,  9, 11,  3,  0,  8, 12,  2, 13,  7,  1,  4, 10,  5 },
	{ 10,  2,  8,  4,  7,  6,  1,  5, 15, 11,  9, 14,  3, 12, 13,  0 },
};

/* The words of the working vector that each of a round's eight mixing steps takes: four columns, four diagonals. */
static const uint8_t steps[8][4] = {
	{ 0, 4, 8, 12 }, { 1, 5, 9, 13 }, { 2, 6, 10, 14 }, { 3, 7, 11, 15 },
	{ 0, 5, 10, 15 }, { 1, 6, 11, 12 }, { 2, 7, 8, 13 }, { 3, 4, 9, 14 },
};

static uint64_t rotate_right(uint64_t word, int bits)
{
	return word >> bits | word << (64 - bits);
}

static void mix(uint64_t *v, const uint8_t *step, uint64_t x, uint64_t y)
{
	uint64_t *a = &v[step[0]], *b = &v[step[1]], *c = &v[step[2]], *d = &v[step[3]];

	*a += *b + x;
	*d = rotate_right(*d ^ *a, 32);
	*c += *d;
	*b = rotate_right(*b ^ *c, 24);
	*a += *b + y;
	*d = rotate_right(*d ^ *a, 16);
	*c += *d;
	*b = rotate_right(*b ^ *c, 63);
}

static void compress(struct blake2b *state, bool last)
{
	uint64_t v[16], words[16];

	memcpy(words, state->block, sizeof(words));
	memcpy(v, state->hash, sizeof(state->hash));
	memcpy(v + 8, initial, sizeof(initial));
	v[12] ^= state->length;
	v[14] ^= last ? ~0ull : 0;
	for (int round = 0; round < ROUNDS; round++) {
		const uint8_t *order = schedule[round % SCHEDULES];

		for (int i = 0; i < 8; i++)
			mix(v, steps[i], words[order[2 * i]], words[order[2 * i + 1]]);
	}
	for (int i = 0; i < 8; i++)
		state->hash[i] ^= v[i] ^ v[i + 8];
}

void blake2b_init(struct blake2b *state)
{
	memset(state, 0, sizeof(*state));
	memcpy(state->hash, initial, sizeof(initial));
	state->hash[0] ^= 0x01010000 ^ BLAKE2B_DIGEST;
}

/* A full block waits until more input shows that it is not the last one. */
void blake2b_add(struct blake2b *state, const void *data, size_t length)
{
	const uint8_t *bytes = data;

	while (length) {
		size_t room = BLAKE2B_BLOCK - state->used, part = length < room ? length : room;

		if (room == 0) {
			state->length += BLAKE2B_BLOCK;
			compress(state, false);
			state->used = 0;
			continue;
		}
		memcpy(state->block + state->used, bytes, part);
		state->used += part;
		bytes += part;
		length -= part;
	}
}

void blake2b_finish(struct blake2b *state, uint8_t digest[BLAKE2B_DIGEST])
{
	state->length += state->used;
	memset(state->block + state->used, 0, BLAKE2B_BLOCK - state->used);
	compress(state, true);
	memcpy(digest, state->hash, BLAKE2B_DIGEST);
}
