/*
 * Error numbers (errno(3)). `errno` belongs to the calling thread; no function of libastra sets it to zero.
 * The numbers come from the one table that the kernel uses too.
 */
#ifndef _ERRNO_H
#define _ERRNO_H

#include <features.h>

__ASTRA_BEGIN_DECLS

/* The address of the calling thread's errno; never NULL, valid until the thread ends. */
int *__errno_location(void) __attribute__((__const__));
#define errno (*__errno_location())

__ASTRA_END_DECLS

#include <bits/errno.h>

#endif
