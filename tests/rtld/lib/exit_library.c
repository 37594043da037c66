/* For exit_handlers.c: writes into the program's log when its exit functions and its destructor run. */
#include <stdlib.h>
#include <string.h>

extern char exit_log[];

static void first(void)
{
	strcat(exit_log, "1");
}

static void second(void)
{
	strcat(exit_log, "2");
}

__attribute__((constructor)) static void up(void)
{
	atexit(first);
	atexit(second);
}

__attribute__((destructor)) static void down(void)
{
	strcat(exit_log, "d");
}
