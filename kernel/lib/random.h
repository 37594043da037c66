/*
 * Random numbers for keys, layouts and programs: ChaCha20 with fast key erasure, so that what was given out cannot be
 * computed from what memory holds afterwards. Any context but an NMI; nothing blocks.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include "lib/types.h"

#define RANDOM_SEED_SIZE 64

/* Boot, before anything else of this file: what the firmware gave. The caller erases its copy. */
void random_init(const u8 seed[RANDOM_SEED_SIZE]);

/* Mix in what may be hard to guess: never makes things worse, whatever it is. Every CPU takes it up at its next call. */
void random_mix(const void *data, size_t size);

void random_bytes(void *buf, size_t n);
u64 random_u64(void);
u64 random_below(u64 limit);	/* 0 … limit - 1, each as likely; limit > 0 */

#endif
