/* The ChaCha20 block function (RFC 8439, section 2.3). Pure; any context. */
#ifndef LIB_CHACHA_H
#define LIB_CHACHA_H

#include "lib/types.h"

#define CHACHA_BLOCK 64		/* bytes */

/* Block number `counter` of the key stream of (key, nonce). */
void chacha20_block(const u32 key[8], u32 counter, const u32 nonce[3], u8 out[CHACHA_BLOCK]);

#endif
