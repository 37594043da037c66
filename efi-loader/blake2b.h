/*
 * BLAKE2b (RFC 7693), unkeyed, with a digest of 64 bytes: the mixer of the entropy pool. Generic code.
 */
#ifndef EFI_LOADER_BLAKE2B_H
#define EFI_LOADER_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

#define BLAKE2B_DIGEST 64
#define BLAKE2B_BLOCK  128

struct blake2b {
	uint64_t hash[8];
	uint64_t length;		/* bytes compressed so far */
	size_t used;			/* bytes waiting in `block` */
	uint8_t block[BLAKE2B_BLOCK];
};

void blake2b_init(struct blake2b *state);
void blake2b_add(struct blake2b *state, const void *data, size_t length);

/* The digest of all that was added; the state is used up. */
void blake2b_finish(struct blake2b *state, uint8_t digest[BLAKE2B_DIGEST]);

#endif
