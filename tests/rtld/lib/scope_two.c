/* compile: -fsemantic-interposition */
/* For dl_scope.c: as scope_one, and it wants only_one, which it does not say that it needs. */
#include <stddef.h>

int scope_who(void);
int scope_call_two(void);
int use_one(void);
extern int only_one(void) __attribute__((weak));

int scope_who(void)
{
	return 2;
}

int scope_call_two(void)
{
	return scope_who();
}

int use_one(void)
{
	return only_one ? only_one() : -1;
}
