/* ChaCha20: a stream of blocks from a key, a nonce and a counter, by RFC 8439. No state, no tables, no branches on data. */
#include "lib/chacha.h"

#include "lib/string.h"

static inline u32 rotate(u32 v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static inline void quarter_round(u32 *a, u32 *b, u32 *c, u32 *d)
{
	*a += *b;
	*d = rotate(*d ^ *a, 16);
	*c += *d;
	*b = rotate(*b ^ *c, 12);
	*a += *b;
	*d = rotate(*d ^ *a, 8);
	*c += *d;
	*b = rotate(*b ^ *c, 7);
}

void chacha20_block(const u32 key[8], u32 counter, const u32 nonce[3], u8 out[CHACHA_BLOCK])
{
	u32 start[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0], key[1], key[2], key[3],
			  key[4], key[5], key[6], key[7], counter, nonce[0], nonce[1], nonce[2] };
	u32 x[16];

	memcpy(x, start, sizeof(x));
	for (int i = 0; i < 10; i++) {
		quarter_round(&x[0], &x[4], &x[8], &x[12]);
		quarter_round(&x[1], &x[5], &x[9], &x[13]);
		quarter_round(&x[2], &x[6], &x[10], &x[14]);
		quarter_round(&x[3], &x[7], &x[11], &x[15]);
		quarter_round(&x[0], &x[5], &x[10], &x[15]);
		quarter_round(&x[1], &x[6], &x[11], &x[12]);
		quarter_round(&x[2], &x[7], &x[8], &x[13]);
		quarter_round(&x[3], &x[4], &x[9], &x[14]);
	}
	for (int i = 0; i < 16; i++)
		x[i] += start[i];
	memcpy(out, x, CHACHA_BLOCK);	/* the processor is little-endian, as the standard's byte order */
}
