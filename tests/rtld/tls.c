/* libraries: tls_gd */
/* opens: tls_ld tls_ie tls_desc */
/* oracle: host */
/* Thread-local storage in libraries that were there at the start and in those that dlopen brings, in all four models. */
#include <dlfcn.h>

#include "check.h"

extern _Thread_local int gd_value;
int gd_check(void);
int *gd_address(void);

static int next(void *library, const char *name)
{
	int (*function)(void) = (int (*)(void))dlsym(library, name);

	return function ? function() : -1;
}

static void descriptors(void)
{
	void *library = dlopen("tls_desc.so", RTLD_NOW);
	long (*registers)(void) = library ? (long (*)(void))dlsym(library, "desc_registers") : NULL;

	CHECK(registers && registers() == 45);
	CHECK(library && next(library, "desc_next") == 41 && *(int *)dlsym(library, "desc_value") == 41);
	CHECK(library && !dlclose(library));
}

static void again_and_again(const char *name, const char *function, int first)
{
	for (int i = 0; i < 100; i++) {
		void *library = dlopen(name, RTLD_NOW);

		CHECK(library);
		if (!library)
			return;
		CHECK(next(library, function) == first && next(library, function) != first);
		CHECK(!dlclose(library));
	}
}

int main(void)
{
	void *program = dlopen(NULL, RTLD_NOW);

	CHECK(gd_value == 21 && gd_check() == 26 && gd_check() == 27);
	CHECK(gd_address() == &gd_value && program && dlsym(program, "gd_value") == &gd_value);
	descriptors();
	again_and_again("tls_ld.so", "ld_sum", 33);
	again_and_again("tls_ie.so", "ie_next", 31);
	again_and_again("tls_desc.so", "desc_next", 41);
	CHECK(gd_value == 21);
	CHECK_END();
}
