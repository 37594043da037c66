/*
 * Where the text of commands comes from. A source keeps all text since the start of the current command, so that the
 * parser can look ahead freely and take raw words as slices. Descriptors are read line by line on a terminal (it gives
 * lines), and one byte at a time from a pipe or file that is standard input, because commands share it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"
#include "jobs.h"
#include "sh.h"

struct source *source;

void push_string(struct source *new, const char *text)
{
	*new = (struct source){ .outer = source, .fd = -1, .line = source ? command_line : 1, .at_end = true };
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

/* The prompt's text, expanded. */
static const char *prompt(struct arena *arena)
{
	const char *text = get_variable(source->more ? "PS2" : "PS1");

	if (!text)
		return "";
	return strpbrk(text, "$`\\") ? expand_here(arena, text) : text;
}

/* ^C at a prompt: the command so far is forgotten. */
static _Noreturn void give_up(void)
{
	drop_handlers();
	leave_to_handler(128 + SIGINT);
}

/* Adds what the descriptor gives; false at its end. */
static bool fill_from_descriptor(void)
{
	char chunk[4096];
	ssize_t n;

	do {
		n = read(source->fd, chunk, source->fd == 0 && !source->interactive ? 1 : sizeof(chunk));
		if (n < 0 && errno == EINTR && interrupted && source->interactive) {
			fputc('\n', stderr);
			give_up();
		}
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	for (ssize_t i = 0; i < n; i++) {	/* NUL bytes are no text */
		if (chunk[i])
			buffer_char(&source->text, chunk[i]);
	}
	source->more = true;
	return true;
}

/* A line that the terminal itself lets the user edit. */
static bool fill_prompted(void)
{
	struct arena *arena = arena_new();

	fputs(prompt(arena), stderr);
	arena_release(arena);
	return fill_from_descriptor();
}

/* A line that the user edits; false at the end of the input. */
static bool fill_edited(void)
{
	struct arena *arena = arena_new();
	int outcome = edit_line(prompt(arena), &source->text);

	arena_release(arena);
	if (outcome < 0)
		give_up();
	source->more = true;
	return outcome > 0;
}

/* ^D: an end that can be a mistake. */
static bool is_end_meant(void)
{
	if (options.ignore_eof && isatty(source->fd)) {
		fputs("Use \"exit\" to leave shell.\n", stderr);
		return false;
	}
	return may_exit();
}

/* Lines from a terminal, until there is one or the user wants to go. */
static bool fill_interactive(void)
{
	int good;

	do {
		fflush(stdout);
		tell_changes();
		good = can_edit() ? fill_edited() : fill_prompted();
	} while (!good && !source->more && !is_end_meant());
	return good;
}

/* More text; false at its end. */
static bool fill(void)
{
	if (source->at_end)
		return false;
	source->at_end = source->interactive ? !fill_interactive() : !fill_from_descriptor();
	return !source->at_end;
}

/* The parser goes on to lines that it had not seen before: set -v writes them. */
static void show_lines(size_t at)
{
	const char *text = source->text.text;
	size_t from = source->shown;

	while (source->shown <= at)
		source->shown = (size_t)(strchrnul(text + source->shown, '\n') - text) + 1;
	if (source->shown > source->text.length)
		source->shown = source->text.length;
	if (options.verbose && source->fd >= 0)
		write(2, text + from, source->shown - from);
}

int peek_at(size_t ahead)
{
	while (source->at + ahead >= source->text.length) {
		if (!fill())
			return -1;
	}
	if (source->at + ahead >= source->shown)
		show_lines(source->at + ahead);
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
	source->shown -= source->shown < source->at ? source->shown : source->at;
	source->at = 0;
	source->more = false;
}
