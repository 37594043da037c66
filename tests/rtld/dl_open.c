/* opens: open_a open_b */
/* oracle: host */
/* link: --export-dynamic */
/* dlopen, dlsym, dlclose, dlerror, dladdr: counts of references, RTLD_NOLOAD and RTLD_NODELETE, what goes and what stays. */
#include <dlfcn.h>
#include <string.h>

#include "check.h"
#include "self.h"

int constructed, destructed;

static void open_and_close(void)
{
	void *a = dlopen("open_a.so", RTLD_NOW), *again = dlopen(beside("lib/open_a.so"), RTLD_LAZY);
	int (*value)(void) = a ? (int (*)(void))dlsym(a, "open_a_value") : NULL;
	int *data = a ? dlsym(a, "open_a_data") : NULL;

	CHECK(a && a == again && constructed == 7 && destructed == 0);
	CHECK(value && value() == 107 && data && *data == 11);
	CHECK(a && dlsym(a, "open_b_value"));
	CHECK(dlsym(RTLD_DEFAULT, "open_b_value") == NULL && dlerror());
	if (!a || !data)
		return;
	*data = 12;
	CHECK(!dlclose(a) && destructed == 0 && *data == 12 && value() == 107);
	CHECK(!dlclose(a) && destructed == 7);
	CHECK(!dlopen("open_a.so", RTLD_NOW | RTLD_NOLOAD) && !dlopen("open_b.so", RTLD_NOW | RTLD_NOLOAD));
	dlerror();
}

static void fresh_after_close(void)
{
	void *a = dlopen("open_a.so", RTLD_NOW);
	int *data = a ? dlsym(a, "open_a_data") : NULL;

	CHECK(data && *data == 11 && constructed == 14);
	CHECK(a && dlopen("open_a.so", RTLD_NOW | RTLD_NOLOAD) == a && !dlclose(a));
	CHECK(a && !dlclose(a) && destructed == 14);
}

/* A dependency that was opened for itself stays; its handle goes on working. */
static void dependency_stays(void)
{
	void *a = dlopen("open_a.so", RTLD_NOW), *b = dlopen("open_b.so", RTLD_NOW);
	int (*value)(void) = b ? (int (*)(void))dlsym(b, "open_b_value") : NULL;

	CHECK(a && b && a != b && value);
	CHECK(b && !dlsym(b, "open_a_value") && dlerror());
	CHECK(a && !dlclose(a) && !dlopen("open_a.so", RTLD_NOW | RTLD_NOLOAD));
	CHECK(value && value() == 7 && !dlclose(b));
	dlerror();
}

static void errors(void)
{
	void *program = dlopen(NULL, RTLD_NOW);
	const char *text;

	CHECK(!dlerror());
	CHECK(!dlopen("no_such_library.so", RTLD_NOW));
	text = dlerror();
	CHECK(text && strstr(text, "no_such_library.so") && !dlerror());
	CHECK(!dlopen("open_a.so", 0) && dlerror());
	CHECK(program && dlsym(program, "constructed") == &constructed && dlsym(program, "main"));
	CHECK(!dlsym(program, "no_such_symbol"));
	text = dlerror();
	CHECK(text && strstr(text, "no_such_symbol"));
	CHECK(!dlopen("/proc/self/exe/x", RTLD_NOW) && dlerror());
	CHECK(!dlopen(beside("dl_open"), RTLD_NOW) && dlerror());
	CHECK(program && !dlclose(program));
}

static void addresses(void)
{
	void *b = dlopen("open_b.so", RTLD_NOW);
	char *value = b ? dlsym(b, "open_b_value") : NULL;
	Dl_info info;
	int local;

	CHECK(value && dladdr(value + 1, &info) && info.dli_saddr == value && !strcmp(info.dli_sname, "open_b_value"));
	CHECK(value && strstr(info.dli_fname, "lib/open_b.so") && (char *)info.dli_fbase < value);
	CHECK(dladdr(&constructed, &info) && info.dli_sname && !strcmp(info.dli_sname, "constructed"));
	CHECK(!dladdr(&local, &info));
	CHECK(b && !dlclose(b));
}

static void no_delete(void)
{
	void *a = dlopen("open_a.so", RTLD_LAZY | RTLD_NODELETE);
	int *data = a ? dlsym(a, "open_a_data") : NULL, before = destructed;

	CHECK(a && data && !dlclose(a) && destructed == before && *data == 11);
	CHECK(a && dlopen("open_a.so", RTLD_LAZY | RTLD_NOLOAD) == a);
}

int main(void)
{
	open_and_close();
	fresh_after_close();
	dependency_stays();
	errors();
	addresses();
	no_delete();
	CHECK_END();
}
