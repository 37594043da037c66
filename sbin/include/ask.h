/* The question of -i, on standard error; the answer is a line of standard input. */
#ifndef ASK_H
#define ASK_H

#include "tool.h"

/* True for an answer that begins with y or Y. */
static bool ask_for(const char *what, const char *path)
{
	bool yes;
	int c;

	fflush(stdout);
	fprintf(stderr, "%s: %s '%s'? ", tool_name, what, path);
	c = getchar();
	yes = c == 'y' || c == 'Y';
	while (c != EOF && c != '\n')
		c = getchar();
	return yes;
}

#endif
