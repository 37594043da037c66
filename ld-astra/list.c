/*
 * `ld-astra.so.1 --list PROGRAM`, which ldd runs: prints what was loaded, a line for each library, and ends. What was not
 * found has been reported when it was looked for.
 */
#include "rtld.h"

static void say_address(uintptr_t address)
{
	char text[] = "0x0000000000000000";

	for (int i = 17; i >= 2; i--, address >>= 4)
		text[i] = "0123456789abcdef"[address & 15];
	say(1, text);
}

_Noreturn void list_objects(void)
{
	for (struct object *o = program->next; o; o = o->next) {
		const char *path = o->map.l_name, *name = o->asked_name ? o->asked_name : path;

		say(1, "\t");
		say(1, name);
		if (strcmp(name, path)) {
			say(1, " => ");
			say(1, path);
		}
		say(1, " (");
		say_address(o->start);
		say(1, ")\n");
	}
	for (;;)
		sys(exit_group, list_incomplete ? 1 : 0);
}
