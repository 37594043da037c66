/* Changing the process's identity: the system call `number` in every thread. -errno. */
#ifndef INTERNAL_CREDENTIALS_IMPL_H
#define INTERNAL_CREDENTIALS_IMPL_H

long __setxid(long number, long a, long b, long c) __attribute__((visibility("hidden")));

#endif
