/* The first line of a `#!` script: execve(2), "Interpreter scripts". Pure, so that the build machine tests it. */
#ifndef EXEC_SCRIPT_H
#define EXEC_SCRIPT_H

#include "lib/types.h"

#define EXEC_HEAD_SIZE 256		/* bytes of a file that decide what it is */

static inline bool script_is(const char *head) { return head[0] == '#' && head[1] == '!'; }

/*
 * Take the line apart in place. `head` holds the file's first EXEC_HEAD_SIZE bytes, zeros after its end. *argument is
 * NULL when there is none; it keeps inner blanks. 0, or -ENOEXEC when no interpreter is named or its name may be cut off.
 */
int script_parse(char *head, char **interpreter, char **argument);

#endif
