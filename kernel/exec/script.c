/* The `#!` line (script.h). Pure. */
#include "exec/script.h"

#include "lib/error.h"
#include "lib/string.h"

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* The first byte of [from, last] that is not a blank, or NULL. */
static char *skip_blanks(char *from, char *last)
{
	for (; from <= last; from++)
		if (!is_blank(*from))
			return from;
	return NULL;
}

/* The first byte of [from, last] that ends a word, or NULL. */
static char *find_end(char *from, char *last)
{
	for (; from <= last; from++)
		if (is_blank(*from) || *from == '\0')
			return from;
	return NULL;
}

int script_parse(char *head, char **interpreter, char **argument)
{
	char *last = head + EXEC_HEAD_SIZE - 1, *end = memchr(head, '\n', EXEC_HEAD_SIZE), *name, *separator;

	if (!end) {
		/* The line is longer than what was read: the argument may be cut, the interpreter's name may not. */
		name = skip_blanks(head + 2, last);
		if (!name || !find_end(name, last))
			return -ENOEXEC;
		end = last;
	}
	while (is_blank(end[-1]))
		end--;
	name = skip_blanks(head + 2, end);
	if (!name || name == end)
		return -ENOEXEC;
	*argument = NULL;
	separator = find_end(name, end);
	if (separator && *separator != '\0')
		*argument = skip_blanks(separator, end);
	*end = '\0';
	if (*argument && **argument == '\0')
		*argument = NULL;
	if (separator)
		*separator = '\0';
	*interpreter = name;
	return *name == '\0' ? -ENOEXEC : 0;
}
