/*
 * Reading text line by line from the files that a program's operands name, as most filters do: "-" and no operand at all
 * are standard input, a file that cannot be read is told and left out. Lines may hold any byte, and may lack the newline
 * at the end of the file.
 */
#ifndef TEXT_H
#define TEXT_H

#include "tool.h"

struct line {
	char *text;		/* NUL-terminated, without the newline */
	size_t length, size;
	bool newline;		/* there was one */
};

/* False at the end of the file. The caller frees text at last. */
static UNUSED bool read_line(FILE *file, struct line *line)
{
	ssize_t n = getline(&line->text, &line->size, file);

	if (n < 0)
		return false;
	line->newline = n && line->text[n - 1] == '\n';
	line->length = (size_t)n - line->newline;
	line->text[line->length] = 0;
	return true;
}

/* The file that a name stands for; NULL, told, when it cannot be opened. */
static UNUSED FILE *open_text(const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "r") : stdin;

	if (!file)
		tool_error(name);
	return file;
}

static UNUSED void close_text(FILE *file, const char *name)
{
	if (ferror(file))
		tool_error(name);
	if (file != stdin)
		fclose(file);
}

/* Calls `each` with every file of the operands (NULL-terminated). */
static UNUSED void each_file(char **names, void (*each)(FILE *file, const char *name))
{
	static char *standard_input[] = { "-", NULL };

	for (names = *names ? names : standard_input; *names; names++) {
		FILE *file = open_text(*names);

		if (!file)
			continue;
		each(file, *names);
		close_text(file, *names);
	}
}

/* Memory that is there, or the end of the program. */
static UNUSED void *get_memory(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count ? count : 1, size);

	if (!memory)
		tool_fail(2, "out of memory");
	return memory;
}

#endif
