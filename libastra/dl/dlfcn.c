/*
 * <dlfcn.h>: thin over ld-astra's table of functions, which is absent in a static program. Owns each thread's error text.
 * The caller's address decides where RTLD_NEXT and RTLD_DEFAULT look, so no function here may call another that asks.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "../../abi/rtld.h"

static _Thread_local struct {
	int pending;
	char text[RTLD_ERROR_SIZE];
} failure;

/* Whether loading is possible at all; if not, the failure is noted. */
static int has_linker(void)
{
	static const char text[] = "this program is static: it has no dynamic linker";

	if (&__rtld_functions)
		return 1;
	failure.pending = 1;
	memcpy(failure.text, text, sizeof(text));
	return 0;
}

static void *find(void *handle, const char *name, const char *version, const void *caller)
{
	void *result = NULL;

	if (has_linker() && RTLD(symbol)(handle, name, version, caller, &result, failure.text) < 0)
		failure.pending = 1;
	return result;
}

void *dlopen(const char *file, int mode)
{
	void *handle;

	if (!has_linker())
		return NULL;
	handle = RTLD(open)(file, mode, __builtin_return_address(0), failure.text);
	if (!handle && failure.text[0])
		failure.pending = 1;
	return handle;
}

int dlclose(void *handle)
{
	if (has_linker() && !RTLD(close)(handle, failure.text))
		return 0;
	failure.pending = 1;
	return -1;
}

void *dlsym(void *restrict handle, const char *restrict name)
{
	return find(handle, name, NULL, __builtin_return_address(0));
}

void *dlvsym(void *restrict handle, const char *restrict name, const char *restrict version)
{
	return find(handle, name, version, __builtin_return_address(0));
}

char *dlerror(void)
{
	if (!failure.pending)
		return NULL;
	failure.pending = 0;
	return failure.text;
}

int dladdr(const void *address, Dl_info *info)
{
	return &__rtld_functions ? RTLD(address)(address, info) : 0;
}
