/* opens: scope_one scope_two */
/* oracle: host */
/* Who sees whose symbols: RTLD_LOCAL, RTLD_GLOBAL and promotion to it, RTLD_DEFAULT, RTLD_NEXT, RTLD_DEEPBIND. */
#include <dlfcn.h>

#include "check.h"

static int call(void *handle, const char *name)
{
	int (*function)(void) = (int (*)(void))dlsym(handle, name);

	return function ? function() : -77;
}

static void local_ones(void)
{
	void *one = dlopen("scope_one.so", RTLD_NOW), *two = dlopen("scope_two.so", RTLD_NOW);

	CHECK(one && two);
	CHECK(call(one, "scope_who") == 1 && call(two, "scope_who") == 2);
	CHECK(call(one, "scope_call") == 1 && call(two, "scope_call_two") == 2);
	CHECK(call(two, "use_one") == -1 && call(RTLD_DEFAULT, "scope_who") == -77);
	CHECK(call(one, "scope_next") == 0);
	dlclose(one);
	dlclose(two);
}

static void global_ones(void)
{
	void *one = dlopen("scope_one.so", RTLD_NOW | RTLD_GLOBAL), *two = dlopen("scope_two.so", RTLD_NOW | RTLD_GLOBAL);

	CHECK(one && two);
	CHECK(call(one, "scope_call") == 1 && call(two, "scope_call_two") == 1 && call(two, "scope_who") == 2);
	CHECK(call(two, "use_one") == 1001);
	CHECK(!dlclose(one) && call(two, "use_one") == 1001);
	CHECK(!dlclose(two) && !dlopen("scope_one.so", RTLD_NOW | RTLD_NOLOAD));
	CHECK(call(RTLD_DEFAULT, "scope_who") == -77);
}

/* Asking by RTLD_DEFAULT may bind the answer to the program for good, so this comes last. */
static void promotion(void)
{
	void *one = dlopen("scope_one.so", RTLD_NOW), *deep;

	CHECK(one && call(RTLD_DEFAULT, "scope_who") == -77);
	CHECK(dlopen("scope_one.so", RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL) == one && call(RTLD_DEFAULT, "scope_who") == 1);
	deep = dlopen("scope_two.so", RTLD_NOW | RTLD_DEEPBIND);
	CHECK(deep && call(deep, "scope_call_two") == 2 && call(deep, "use_one") == 1001);
}

int main(void)
{
	local_ones();
	global_ones();
	promotion();
	CHECK_END();
}
