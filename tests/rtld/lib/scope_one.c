/* compile: -fsemantic-interposition */
/* For dl_scope.c: says who it is under a name that others use too. */
#include <dlfcn.h>
#include <stddef.h>

int scope_who(void);
int scope_call(void);
int scope_next(void);
int only_one(void);

int scope_who(void)
{
	return 1;
}

int only_one(void)
{
	return 1001;
}

int scope_call(void)
{
	return scope_who();
}

/* The next one of the name behind this library, or 0. */
int scope_next(void)
{
	int (*next)(void) = (int (*)(void))dlsym(RTLD_NEXT, "scope_who");

	return next ? next() : 0;
}
