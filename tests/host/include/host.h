/*
 * What tests on the build machine have beyond the kernel's headers. tests/support/host.c implements it, together with the
 * kernel's locks (which check rank, double acquisition and holder), panic, the clock, and a log that goes to stderr when
 * HOST_LOG is set in the environment.
 */
#ifndef HOST_H
#define HOST_H

#include "lib/types.h"

extern _Thread_local unsigned host_cpu;	/* the CPU that this thread plays */
extern u64 host_time;			/* what clock_now() answers, ns */

/* Run fn(arg). True when it ended in a panic; locks that it held are forgotten. The message is in host_panic_message. */
bool host_panics(void (*fn)(void *), void *arg);
extern char host_panic_message[512];

/* The run's seed, not 0: HOST_SEED of the environment or a fresh one, printed so that a failure can be repeated. */
u64 host_seed(void);

/* The next number of a series; *state is the seed at first. */
u64 host_random(u64 *state);

/* Locks that this thread holds: 0 between calls into the kernel's code. */
unsigned host_locks_held(void);

#endif
