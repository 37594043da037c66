/*
 * Entering the kernel: syscall(name, arguments…) is one SYSCALL instruction and returns the kernel's own result, a
 * value or a negative errno. Only __sysret() turns that into errno and -1. Safe everywhere, also in ld-astra before
 * thread-local storage exists, as long as __sysret is not used there.
 */
#ifndef INTERNAL_SYSCALL_H
#define INTERNAL_SYSCALL_H

#include <stdint.h>

#include <sys/syscall.h>

static inline long __syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long __syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

#define __SYS_0(n)                __syscall3(n, 0, 0, 0)
#define __SYS_1(n, a)             __syscall3(n, (long)(a), 0, 0)
#define __SYS_2(n, a, b)          __syscall3(n, (long)(a), (long)(b), 0)
#define __SYS_3(n, a, b, c)       __syscall3(n, (long)(a), (long)(b), (long)(c))
#define __SYS_4(n, a, b, c, d)    __syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define __SYS_5(n, a, b, c, d, e) __syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define __SYS_6(n, a, b, c, d, e, f) \
	__syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define __SYS_PICK(_0, _1, _2, _3, _4, _5, _6, macro, ...) macro

/* The raw call: sys(read, fd, buf, count). */
#define sys(name, ...) \
	__SYS_PICK(_, ##__VA_ARGS__, __SYS_6, __SYS_5, __SYS_4, __SYS_3, __SYS_2, __SYS_1, __SYS_0)(SYS_##name, ##__VA_ARGS__)

/* The one place where -errno becomes errno and -1. */
long __sysret(long result) __attribute__((visibility("hidden")));

#endif
