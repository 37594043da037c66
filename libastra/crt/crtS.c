/*
 * Linked in front into every shared library: what makes its atexit functions its own. They and atexit itself run when the
 * library is closed, behind its destructors, because the entry in .fini_array stands first and that array runs backwards.
 */
#include <stdlib.h>

int __cxa_atexit(void (*function)(void *), void *argument, void *object);
int __cxa_at_quick_exit(void (*function)(void *), void *object);
void __cxa_finalize(void *object);

__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;

__attribute__((visibility("hidden"))) int atexit(void (*function)(void))
{
	return __cxa_atexit((void (*)(void *))function, NULL, &__dso_handle);
}

__attribute__((visibility("hidden"))) int at_quick_exit(void (*function)(void))
{
	return __cxa_at_quick_exit((void (*)(void *))function, &__dso_handle);
}

__attribute__((destructor)) static void finalize(void)
{
	__cxa_finalize(&__dso_handle);
}
