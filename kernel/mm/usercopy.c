/* User memory: range checks, then the instructions of arch/x86_64/usercopy.S, whose faults come back as short counts. */
#include "mm/usercopy.h"
#include "arch/arch.h"
#include "lib/error.h"

size_t user_copy_raw(void *dst, const void *src, size_t size);
size_t user_clear_raw(void *dst, size_t size);
ssize_t user_string_raw(char *dst, const char *src, size_t size);
int user_load_raw(u32 *value, const u32 *src);
int user_store_raw(u32 *dst, u32 value);
int user_cas_raw(u32 *dst, u32 *expected, u32 desired);

/* How much of [a, a + size) lies in the user half. */
static size_t user_part(uaddr a, size_t size)
{
	return a.v >= USER_END ? 0 : MIN(size, USER_END - a.v);
}

size_t copy_from_user_partial(void *dst, uaddr src, size_t size)
{
	size_t part = user_part(src, size);

	return user_copy_raw(dst, (const void *)src.v, part) + (size - part);
}

size_t copy_to_user_partial(uaddr dst, const void *src, size_t size)
{
	size_t part = user_part(dst, size);

	return user_copy_raw((void *)dst.v, src, part) + (size - part);
}

int copy_from_user(void *dst, uaddr src, size_t size)
{
	if (!user_range_ok(src, size))
		return -EFAULT;
	return user_copy_raw(dst, (const void *)src.v, size) ? -EFAULT : 0;
}

int copy_to_user(uaddr dst, const void *src, size_t size)
{
	if (!user_range_ok(dst, size))
		return -EFAULT;
	return user_copy_raw((void *)dst.v, src, size) ? -EFAULT : 0;
}

int clear_user(uaddr dst, size_t size)
{
	if (!user_range_ok(dst, size))
		return -EFAULT;
	return user_clear_raw((void *)dst.v, size) ? -EFAULT : 0;
}

ssize_t copy_string_from_user(char *dst, uaddr src, size_t size)
{
	size_t part = user_part(src, size);
	ssize_t length;

	if (part == 0)
		return -EFAULT;
	length = user_string_raw(dst, (const char *)src.v, part);
	if (length < 0)
		return -EFAULT;
	if ((size_t)length < part)
		return length;
	return part < size ? -EFAULT : -ENAMETOOLONG;
}

static bool word_ok(uaddr a)
{
	return user_range_ok(a, sizeof(u32));
}

int user_load_u32(uaddr src, u32 *value)
{
	return word_ok(src) && user_load_raw(value, (const u32 *)src.v) == 0 ? 0 : -EFAULT;
}

int user_store_u32(uaddr dst, u32 value)
{
	return word_ok(dst) && user_store_raw((u32 *)dst.v, value) == 0 ? 0 : -EFAULT;
}

int user_cas_u32(uaddr dst, u32 *expected, u32 desired)
{
	return word_ok(dst) && user_cas_raw((u32 *)dst.v, expected, desired) == 0 ? 0 : -EFAULT;
}
