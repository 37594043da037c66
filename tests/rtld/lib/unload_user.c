/* link: -z lazy */
/* For unload.c: uses unload_one without saying so, and opens another library while it is constructed. */
#include <dlfcn.h>
#include <stddef.h>

extern int one(void) __attribute__((weak));
int ask_one(void);
static void *other;

int ask_one(void)
{
	return one ? one() : -1;
}

__attribute__((constructor)) static void up(void)
{
	other = dlopen("unload_nested.so", RTLD_NOW | RTLD_GLOBAL);
}

__attribute__((destructor)) static void down(void)
{
	if (other)
		dlclose(other);
}
