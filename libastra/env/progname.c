/* The program's name, by BSD's function; written once before main. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>

const char *getprogname(void)
{
	return program_invocation_short_name;
}
