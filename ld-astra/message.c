/* The last words. Usable from stage 1 on. */
#include <stdarg.h>

#include "rtld.h"

static void say(const char *text)
{
	sys(write, 2, text, strlen(text));
}

const char *object_name(const struct object *object)
{
	if (!object)
		return "the command line";
	if (object->map.l_name[0])
		return object->map.l_name;
	return start_info.exec_name ? start_info.exec_name : "the program";
}

_Noreturn void die(const char *first, ...)
{
	va_list args;

	say("ld-astra: ");
	va_start(args, first);
	for (const char *part = first; part; part = va_arg(args, const char *))
		say(part);
	va_end(args);
	say("\n");
	for (;;)
		sys(exit_group, 127);
}
