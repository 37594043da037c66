/*
 * The kernel's basic types. Addresses of different worlds are different types, so that they do not mix: a paddr is
 * physical, a uaddr belongs to ring 3 and is opened only by mm/usercopy.h, a plain pointer is the kernel's own.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t  u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t   i8;
typedef int16_t  i16;
typedef int32_t  i32;
typedef int64_t  i64;
typedef int64_t  ssize_t;

/* A physical address. */
typedef struct { u64 v; } paddr;

/* An address in a user program's space: unchecked, never dereferenced. */
typedef struct { u64 v; } uaddr;

#define PADDR(x) ((paddr){ (u64)(x) })
#define UADDR(x) ((uaddr){ (u64)(x) })

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096ul
#define PAGE_MASK  (PAGE_SIZE - 1)

#define CACHE_LINE 64

#define KIB(n) ((u64)(n) << 10)
#define MIB(n) ((u64)(n) << 20)
#define GIB(n) ((u64)(n) << 30)

#define NS_PER_SEC  1000000000ull
#define NS_PER_MSEC 1000000ull
#define NS_PER_USEC 1000ull

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a)   (((x) + ((__typeof__(x))(a) - 1)) & ~((__typeof__(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define MIN(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define MAX(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })

#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#define __noreturn   __attribute__((noreturn))
#define __aligned(n) __attribute__((aligned(n)))
#define __packed     __attribute__((packed))
#define __noinline   __attribute__((noinline))
#define __must_check __attribute__((warn_unused_result))
#define __printf(f, a) __attribute__((format(printf, f, a)))
#define __section(s) __attribute__((section(s), used))

#endif
