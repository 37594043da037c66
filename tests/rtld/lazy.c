/* opens: lazy_caller lazy_callee */
/* oracle: host */
/*
 * Lazy binding: a function that nobody has hurts only when it is called, or at once with RTLD_NOW or LD_BIND_NOW; the
 * first call of one that exists gets all its arguments, in integer, vector and x87 registers and on the stack.
 */
#include <cpuid.h>
#include <dlfcn.h>

#include "check.h"
#include "lazy.h"
#include "self.h"

static void *library;

#define FUNCTION(name) ((__typeof__(&name))dlsym(library, #name))

static int has_avx(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c >> 27 & 1) && (c >> 28 & 1);
}

static int child(void)
{
	library = dlopen("lazy_caller.so", RTLD_LAZY);
	if (!library)
		return 3;
	return FUNCTION(lazy_missing)(1);
}

static void missing_function(void)
{
	char text[1000];
	int status = run_self("child", NULL, text, sizeof(text));

	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 127);
	CHECK(strstr(text, "nobody_has_this") && strstr(text, "lazy_caller.so"));
	status = run_self("child", "LD_BIND_NOW=1", text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

int main(int argc, char **argv)
{
	struct pair pair;

	(void)argv;
	if (argc > 1)
		return child();
	CHECK(!dlopen("lazy_caller.so", RTLD_NOW) && strstr(dlerror(), "nobody_has_this"));
	CHECK(!dlopen("lazy_callee.so", RTLD_NOW | RTLD_NOLOAD));
	library = dlopen("lazy_caller.so", RTLD_LAZY);
	CHECK(library);
	if (!library)
		return 1;
	CHECK(FUNCTION(lazy_integers)() == 204 && FUNCTION(lazy_doubles)() == 285 && FUNCTION(lazy_variadic)() == 70);
	CHECK(FUNCTION(lazy_integers)() == 204);
	CHECK(FUNCTION(lazy_long_double)() == 3.125L);
	pair = FUNCTION(lazy_struct)();
	CHECK(pair.number == 3 && pair.integer == 15);
	if (has_avx())
		CHECK(FUNCTION(lazy_avx)() == 330);
	CHECK(FUNCTION(lazy_missing)(0) == 5);
	missing_function();
	CHECK_END();
}
