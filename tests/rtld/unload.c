/* opens: unload_one unload_user unload_nested */
/* link: --export-dynamic */
/* oracle: host */
/* dlclose: what somebody is bound to stays, what was opened by a constructor goes with its owner; nothing leaks. */
#include <dlfcn.h>

#include "check.h"
#include "self.h"

int nested_count;

static int there(const char *name)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_NOLOAD);

	if (library)
		dlclose(library);
	return library != NULL;
}

static void bound(void)
{
	void *one = dlopen("unload_one.so", RTLD_NOW | RTLD_GLOBAL), *user = dlopen(beside("lib/unload_user.so"), RTLD_LAZY);
	int (*ask)(void) = user ? (int (*)(void))dlsym(user, "ask_one") : NULL;

	CHECK(one && ask && ask() == 31 && nested_count == 0);
	CHECK(one && !dlclose(one) && there("unload_one.so") && ask() == 31);
	CHECK(user && !dlclose(user) && !there("unload_user.so") && !there("unload_one.so"));
}

/* Lines of /proc/self/maps: how many mappings there are. */
static int mappings(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	int lines = 0, c;

	while (file && (c = getc(file)) != EOF)
		lines += c == '\n';
	if (file)
		fclose(file);
	return lines;
}

static void many_times(void)
{
	int before;

	dlopen("no_such.so", RTLD_NOW);
	before = mappings();
	for (int i = 0; i < 200; i++) {
		void *one = dlopen("unload_one.so", RTLD_NOW);

		CHECK(one && !dlclose(one));
		CHECK(!dlopen("no_such.so", RTLD_NOW));
	}
	CHECK(mappings() == before);
}

/* The nested library is found by its path only: the library that opens it has no DT_RUNPATH. */
static void nested(void)
{
	char folder[PATH_MAX + 20], text[10];
	int status;

	snprintf(folder, sizeof(folder), "LD_LIBRARY_PATH=%s", beside("lib"));
	status = run_self("child", folder, text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 101);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		void *user = dlopen("unload_user.so", RTLD_NOW);

		CHECK(user && nested_count == 1 && there("unload_nested.so"));
		CHECK(user && !dlclose(user) && !there("unload_nested.so"));
		return nested_count;
	}
	bound();
	many_times();
	nested();
	CHECK_END();
}
