/* libraries: versioned */
/* oracle: host */
/* Symbol versions: the default one, an old one that is asked for, dlvsym, and a version that nobody has. */
#include <dlfcn.h>
#include <string.h>

#include "check.h"

int versioned(void);
int versioned_old(void);
int only_v1(void);

__asm__(".symver versioned_old, versioned@V1");

static int call(int (*function)(void))
{
	return function ? function() : -1;
}

int main(void)
{
	void *library = dlopen("versioned.so", RTLD_NOW);
	const char *text;

	CHECK(versioned() == 2 && versioned_old() == 1 && only_v1() == 10);
	CHECK(library);
	CHECK(call((int (*)(void))dlsym(library, "versioned")) == 2);
	CHECK(call((int (*)(void))dlvsym(library, "versioned", "V1")) == 1);
	CHECK(call((int (*)(void))dlvsym(library, "versioned", "V2")) == 2);
	CHECK(!dlvsym(library, "only_v1", "V2"));
	text = dlerror();
	CHECK(text && strstr(text, "only_v1") && strstr(text, "V2"));
	CHECK_END();
}
