/* libraries: choice */
/* opens: choice origin/outer origin/inner/deep origin/inner/choice */
/* oracle: host */
/*
 * Where libraries are looked for: LD_LIBRARY_PATH before the program's DT_RUNPATH, $ORIGIN, paths with a slash; and
 * LD_PRELOAD, whose libraries come first in the search of symbols, and may be missing.
 */
#include <dlfcn.h>

#include "check.h"
#include "self.h"

int choice(void);

static char *setting(const char *name, const char *tail)
{
	char *value = beside(tail), *text = malloc(strlen(name) + strlen(value) + 2);

	sprintf(text, "%s=%s", name, value);
	return text;
}

static int answer(const char *environment, char *text, size_t size)
{
	int status = run_self("child", environment, text, size);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
	void *outer;
	int (*function)(void);
	char text[2000], *preload;

	(void)argv;
	if (argc > 1)
		return choice();
	CHECK(choice() == 1);
	CHECK(!dlopen("outer.so", RTLD_NOW) && strstr(dlerror(), "outer.so"));
	outer = dlopen(beside("lib/origin/outer.so"), RTLD_NOW);
	function = outer ? (int (*)(void))dlsym(outer, "outer") : NULL;
	CHECK(function && function() == 51);
	CHECK(answer(NULL, text, sizeof(text)) == 1);
	CHECK(answer(setting("LD_LIBRARY_PATH", "lib/origin/inner"), text, sizeof(text)) == 2);
	CHECK(answer(setting("LD_LIBRARY_PATH", "lib/nowhere:/also/nowhere"), text, sizeof(text)) == 1);
	preload = setting("LD_PRELOAD", "lib/origin/inner/choice.so");
	if (strchr(preload, ' '))	/* LD_PRELOAD's names end at a space */
		printf("not tried from a folder with a space in its name: LD_PRELOAD\n");
	else
		CHECK(answer(preload, text, sizeof(text)) == 2);
	CHECK(answer("LD_PRELOAD=/no/such.so", text, sizeof(text)) == 1 && strstr(text, "/no/such.so"));
	CHECK_END();
}
