/* libraries: choice */
/* opens: needs_choice choice origin/inner/choice */
/* link: --disable-new-dtags */
/* oracle: host */
/* DT_RPATH: before LD_LIBRARY_PATH, and for what the program's libraries need, too, when they have no path of their own. */
#include <dlfcn.h>

#include "check.h"
#include "self.h"

int choice(void);

int main(int argc, char **argv)
{
	char text[2000], setting[PATH_MAX + 32];
	int (*function)(void), status;
	void *library;

	(void)argv;
	if (argc > 1)
		return choice();
	CHECK(choice() == 1);
	snprintf(setting, sizeof(setting), "LD_LIBRARY_PATH=%s", beside("lib/origin/inner"));
	status = run_self("child", setting, text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	library = dlopen("needs_choice.so", RTLD_NOW);
	function = library ? (int (*)(void))dlsym(library, "needs_choice") : NULL;
	CHECK(function && function() == 11);
	CHECK_END();
}
