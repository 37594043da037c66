/*
 * System calls that are cancellation points: sys_cancel() is sys() that does not sleep, or stops sleeping, when the thread is
 * cancelled; the thread then ends in it. No lock of the library may be held and nothing be half done: use sys() there.
 */
#ifndef INTERNAL_CANCEL_H
#define INTERNAL_CANCEL_H

#include "syscall.h"

long __syscall_cancel(long number, long a, long b, long c, long d, long e, long f) __attribute__((visibility("hidden")));

#define __CANCEL_0(n)                   __syscall_cancel(n, 0, 0, 0, 0, 0, 0)
#define __CANCEL_1(n, a)                __syscall_cancel(n, (long)(a), 0, 0, 0, 0, 0)
#define __CANCEL_2(n, a, b)             __syscall_cancel(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define __CANCEL_3(n, a, b, c)          __syscall_cancel(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define __CANCEL_4(n, a, b, c, d)       __syscall_cancel(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define __CANCEL_5(n, a, b, c, d, e)    __syscall_cancel(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define __CANCEL_6(n, a, b, c, d, e, f) __syscall_cancel(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#define sys_cancel(name, ...)                                                                                                   \
	__SYS_PICK(_, ##__VA_ARGS__, __CANCEL_6, __CANCEL_5, __CANCEL_4, __CANCEL_3, __CANCEL_2, __CANCEL_1, __CANCEL_0)        \
	(SYS_##name, ##__VA_ARGS__)

#endif
