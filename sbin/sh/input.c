/*
 * Where the text of commands comes from. A source keeps all text since the start of the current command, so that the
 * parser can look ahead freely and take raw words as slices. Descriptors are read line by line on a terminal (it gives
 * lines), and one byte at a time from a pipe or file that is standard input, because commands share it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

struct source *source;

void push_string(struct source *new, const char *text)
{
	*new = (struct source){ .outer = source, .fd = -1, .line = source ? source->line : 1, .at_end = true };
	buffer_add(&new->text, text, strlen(text));
	source = new;
}

void push_fd(struct source *new, int fd, bool interactive)
{
	*new = (struct source){ .outer = source, .fd = fd, .line = 1, .interactive = interactive };
	buffer_add(&new->text, "", 0);
	source = new;
}

void pop_source(void)
{
	struct source *done = source;

	source = done->outer;
	buffer_free(&done->text);
}

static void prompt(void)
{
	const char *name = source->more ? "PS2" : "PS1", *text = get_variable(name);

	if (!text)
		return;
	fflush(stdout);
	if (strchr(text, '$')) {
		struct arena *arena = arena_new();

		fputs(expand_here(arena, text), stderr);
		arena_release(arena);
	} else {
		fputs(text, stderr);
	}
}

/* More text from the descriptor; false at its end. */
static bool fill(void)
{
	char chunk[4096];
	ssize_t n;

	if (source->at_end)
		return false;
	if (source->interactive)
		prompt();
	do {
		n = read(source->fd, chunk, source->fd == 0 && !source->interactive ? 1 : sizeof(chunk));
		if (n < 0 && errno == EINTR && interrupted && source->interactive)
			longjmp(top_level, 1);
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		source->at_end = true;
		return false;
	}
	for (ssize_t i = 0; i < n; i++) {	/* NUL bytes are no text */
		if (chunk[i])
			buffer_char(&source->text, chunk[i]);
	}
	source->more = true;
	if (options.verbose)
		write(2, chunk, (size_t)n);
	return true;
}

int peek_at(size_t ahead)
{
	while (source->at + ahead >= source->text.length) {
		if (!fill())
			return -1;
	}
	return (unsigned char)source->text.text[source->at + ahead];
}

int peek(void)
{
	return peek_at(0);
}

int next(void)
{
	int c = peek_at(0);

	if (c >= 0) {
		source->at++;
		source->line += c == '\n';
	}
	return c;
}

void drop_consumed(void)
{
	struct buffer *text = &source->text;

	memmove(text->text, text->text + source->at, text->length - source->at + 1);
	text->length -= source->at;
	source->at = 0;
	source->more = false;
}
