/* Line editing at a terminal: edit.c, with history.c and complete.c behind it. Single-threaded. */
#ifndef EDIT_H
#define EDIT_H

#include "sh.h"

/* Does the terminal know cursor movements, and does the user want editing? */
bool can_edit(void);
/*
 * Shows the prompt and lets the user type a line, which is appended to `line` with a newline. Returns 1, 0 at the end of
 * the input (^D on an empty line), -1 when ^C gave the line up. The terminal's modes are as before afterwards.
 */
int edit_line(const char *prompt, struct buffer *line);

/* history.c: the lines typed before, oldest first. */
void add_history(const char *line);		/* neither empty lines nor the last one again */
void load_history(void);			/* from $HISTFILE, if that is set */
size_t history_count(void);
const char *history_line(size_t index);
/* The newest line before `from` that holds the text; history_count() when there is none. */
size_t search_history(const char *text, size_t from);

/*
 * complete.c: what the word that ends at `at` can become. The names are whole words, sorted, unquoted, directories with a
 * slash at their end; *start is where the word starts. Everything lives in the arena.
 */
void complete(struct arena *arena, const char *line, size_t at, size_t *start, struct fields *names);
/* The word with backslashes before what the shell would take otherwise. */
void add_quoted(struct buffer *out, const char *word, size_t n);

#endif
