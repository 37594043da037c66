/* opens: exit_library */
/* oracle: host */
/* link: --export-dynamic */
/* A library's exit functions and destructors run at dlclose, once, or at exit; quick_exit runs its own in reverse only. */
#include <dlfcn.h>
#include <stdlib.h>

#include "check.h"
#include "self.h"

char exit_log[64];

static void print_log(void)
{
	printf("log:%s", exit_log);
	fflush(stdout);
}

static void add_a(void)
{
	strcat(exit_log, "a");
}

static void add_b(void)
{
	strcat(exit_log, "b");
	atexit(add_a);
}

/* How the program ends when it runs itself. */
static int end(const char *how)
{
	atexit(print_log);
	if (!strcmp(how, "open"))
		return !dlopen("exit_library.so", RTLD_NOW);
	if (!strcmp(how, "nested"))
		return atexit(add_b);
	at_quick_exit(print_log);
	at_quick_exit(add_a);
	at_quick_exit(add_b);
	quick_exit(3);
}

int main(int argc, char **argv)
{
	char text[256];
	void *library;

	if (argc > 1)
		return end(argv[1]);
	library = dlopen("exit_library.so", RTLD_NOW);
	CHECK(library && !exit_log[0]);
	CHECK(library && !dlclose(library));
	CHECK(!strcmp(exit_log, "d21"));
	library = dlopen("exit_library.so", RTLD_NOW);
	CHECK(library && !dlclose(library));
	CHECK(!strcmp(exit_log, "d21d21"));
	exit_log[0] = 0;
	CHECK(run_self("open", NULL, text, sizeof(text)) == 0 && !strcmp(text, "log:21"));
	CHECK(run_self("nested", NULL, text, sizeof(text)) == 0 && !strcmp(text, "log:ba"));
	CHECK(run_self("quick", NULL, text, sizeof(text)) == 3 << 8 && !strcmp(text, "log:ba"));
	CHECK_END();
}
