/*
 * The only way to user memory. Every function checks the range against the user half and catches faults through the
 * fault table, so any address may come in. May sleep (the page is brought in), so no spinlock is held; task context.
 */
#ifndef MM_USERCOPY_H
#define MM_USERCOPY_H

#include "lib/types.h"

#define USER_END 0x00007ffffffff000ul	/* first address that is never a program's */

/* Is [a, a+size) inside the user half (mapped or not)? */
static inline bool user_range_ok(uaddr a, u64 size)
{
	return size <= USER_END && a.v <= USER_END - size;
}

/* 0 or -EFAULT; on a fault part of the destination may have been written. */
int copy_from_user(void *dst, uaddr src, size_t size) __must_check;
int copy_to_user(uaddr dst, const void *src, size_t size) __must_check;
int clear_user(uaddr dst, size_t size) __must_check;

/* As above for partial transfers: the number of bytes that were NOT copied. */
size_t copy_from_user_partial(void *dst, uaddr src, size_t size) __must_check;
size_t copy_to_user_partial(uaddr dst, const void *src, size_t size) __must_check;

/* A NUL-terminated string of at most size - 1 bytes: its length, -EFAULT, or -ENAMETOOLONG when it does not end in time. */
ssize_t copy_string_from_user(char *dst, uaddr src, size_t size) __must_check;

/* A whole object: `*object` from or to user memory. 0 or -EFAULT. */
#define get_user_object(object, src) copy_from_user((object), (src), sizeof(*(object)))
#define put_user_object(dst, object) copy_to_user((dst), (object), sizeof(*(object)))

/* Atomic operations on an aligned 32-bit word; -EFAULT. For futexes and set_tid_address. */
int user_load_u32(uaddr src, u32 *value) __must_check;
int user_store_u32(uaddr dst, u32 value) __must_check;
int user_cas_u32(uaddr dst, u32 *expected, u32 desired) __must_check;	/* *expected receives what was there */

#endif
