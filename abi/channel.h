/*
 * The exec channel: frames between the host's tools/ and /sbin/init, over the virtio-console port
 * /dev/virtio-ports/astra.exec. One machine runs any number of programs, one after the other.
 *
 * A frame is a struct channel_header followed by `length` bytes, all integers little-endian. Host and guest may
 * send at any time; a receiver that meets an unknown type or a length over CHANNEL_MAX ends the session with
 * CHANNEL_ERROR. Standard input is under credit: the host never has more than CHANNEL_CREDIT bytes of
 * CHANNEL_STDIN outstanding beyond what CHANNEL_GRANT gave back, so that a program that does not read cannot hold up
 * a CHANNEL_SIGNAL.
 */
#ifndef ABI_CHANNEL_H
#define ABI_CHANNEL_H

#include <stdint.h>

#define CHANNEL_PORT    "astra.exec"
#define CHANNEL_MAX     65536u		/* bytes of payload in a frame */
#define CHANNEL_CREDIT  262144u		/* bytes of standard input in flight */
#define CHANNEL_VERSION 1u

struct channel_header {
	uint32_t length;		/* bytes of payload, at most CHANNEL_MAX */
	uint8_t  type;			/* enum channel_type */
	uint8_t  zero[3];
};

enum channel_type {
	/* host to guest */
	CHANNEL_SPAWN     = 1,	/* uint32 argc, uint32 envc, then NUL-terminated: path, argv[0…argc-1], env[0…envc-1], working directory */
	CHANNEL_STDIN     = 2,	/* bytes for the program's standard input */
	CHANNEL_STDIN_EOF = 3,	/* no more of them */
	CHANNEL_SIGNAL    = 4,	/* uint32 signal, for the program's process group */
	CHANNEL_POWEROFF  = 5,	/* end the machine */
	CHANNEL_SPAWN_PART = 6,	/* a piece of a CHANNEL_SPAWN payload longer than one frame; the CHANNEL_SPAWN frame carries the last piece */

	/* guest to host */
	CHANNEL_READY     = 16,	/* uint32 CHANNEL_VERSION: init listens; sent once, at start */
	CHANNEL_STDOUT    = 17,	/* bytes of the program's standard output */
	CHANNEL_STDERR    = 18,	/* bytes of its standard error */
	CHANNEL_EXIT      = 19,	/* uint32 status as wait4 gives it; sent after the last byte of both streams; then the next SPAWN may come */
	CHANNEL_ERROR     = 20,	/* uint32 errno, then text: a SPAWN that failed, or a broken frame */
	CHANNEL_GRANT     = 21,	/* uint32 bytes of standard input consumed */
};

#endif
