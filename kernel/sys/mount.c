/* mount(2) and umount2(2): the arguments are copied in whole before anything is done. Task context. */
#include "fs/file.h"
#include "fs/mount.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"

/* A path buffer with the string, or NULL for a null pointer; ERR_PTR. */
static char *optional_string(uaddr from)
{
	return from.v ? path_from_user(from) : NULL;
}

static void free_string(char *s)
{
	if (s && !IS_ERR(s))
		path_buffer_put(s);
}

/* The data is a page at most, NUL-terminated or cut; what lies behind unmapped memory is not part of it. */
static char *options_from_user(uaddr from)
{
	char *buffer;
	size_t n = 0;

	if (!from.v)
		return NULL;
	buffer = path_buffer_get();
	if (!buffer)
		return ERR_PTR(-ENOMEM);
	while (n < PATH_MAX - 1 && copy_from_user(buffer + n, UADDR(from.v + n), 1) == 0 && buffer[n])
		n++;
	buffer[n] = '\0';
	return buffer;
}

long sys_mount(uaddr source, uaddr target, uaddr type, unsigned long flags, uaddr data)
{
	char *type_text = optional_string(type), *source_text = NULL, *options = NULL, *path = NULL;
	long result;

	if (IS_ERR(type_text))
		return PTR_ERR(type_text);
	source_text = optional_string(source);
	if (!IS_ERR(source_text))
		options = options_from_user(data);
	if (!IS_ERR(source_text) && !IS_ERR(options))
		path = path_from_user(target);
	if (IS_ERR(source_text))
		result = PTR_ERR(source_text);
	else if (IS_ERR(options))
		result = PTR_ERR(options);
	else if (IS_ERR(path))
		result = PTR_ERR(path);
	else
		result = do_mount(source_text, path, type_text, (u32)flags, options);
	free_string(type_text);
	free_string(source_text);
	free_string(options);
	free_string(path);
	return result;
}

long sys_umount2(uaddr target, int flags)
{
	char *path;
	long result;

	if ((u32)flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	path = path_from_user(target);
	if (IS_ERR(path))
		return PTR_ERR(path);
	result = do_umount(path, (u32)flags);
	path_buffer_put(path);
	return result;
}
