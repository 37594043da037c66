/*
 * Finding the ends of quotes and expansions in the source, without looking at what they mean. $( … ) is parsed and thrown away, which
 * is the only sure way to find its end.
 */
#include <string.h>

#include "parse.h"

static int measuring;			/* how deep inside of texts that are thrown away */

bool is_measuring(void)
{
	return measuring > 0;
}

void reset_measuring(void)
{
	measuring = 0;
}

void skip_single_quotes(void)
{
	int c;

	next();
	while ((c = next()) != '\'') {
		if (c < 0)
			fail(2, "syntax error: unterminated quoted string");
	}
}

void skip_backquotes(void)
{
	int c;

	next();
	while ((c = next()) != '`') {
		if (c == '\\')
			c = next();
		if (c < 0)
			fail(2, "syntax error: unterminated command substitution");
	}
}

void skip_double_quotes(void)
{
	next();
	while (peek() != '"') {
		if (peek() < 0)
			fail(2, "syntax error: unterminated quoted string");
		if (peek() == '$')
			skip_dollar();
		else if (peek() == '`')
			skip_backquotes();
		else if (next() == '\\')
			next();
	}
	next();
}

/* Behind "${": to behind the matching '}'. */
static void skip_braces(void)
{
	while (peek() != '}') {
		if (peek() < 0)
			fail(2, "syntax error: missing '}'");
		if (peek() == '$')
			skip_dollar();
		else if (peek() == '`')
			skip_backquotes();
		else if (peek() == '"')
			skip_double_quotes();
		else if (peek() == '\'')
			skip_single_quotes();
		else if (next() == '\\')
			next();
	}
	next();
}

/* Behind "$((": true and behind "))" when it is arithmetic; false and unmoved when it is a subshell in $( … ). */
static bool skip_arithmetic(void)
{
	size_t at = source->at, line = source->line;
	int depth = 0;

	for (;;) {
		int c = peek();

		if (c == ')' && !depth && peek_at(1) == ')') {
			next();
			next();
			return true;
		}
		if (c < 0 || (c == ')' && !depth))
			break;
		depth += (c == '(') - (c == ')');
		if (c == '$')
			skip_dollar();
		else if (c == '`')
			skip_backquotes();
		else if (next() == '\\')
			next();
	}
	source->at = at;
	source->line = line;
	return false;
}

static void skip_command(void)
{
	struct arena *outer = parse_arena, *scratch = arena_new();
	struct here_state held = here;

	here.count = 0;
	parse_arena = scratch;
	measuring++;
	parse_list(false);
	measuring--;
	if (next() != ')') {
		source->at -= source->at > 0;
		unexpected();
	}
	parse_arena = outer;
	here = held;
	arena_release(scratch);
}

bool skip_dollar(void)
{
	next();
	if (peek() == '{') {
		next();
		skip_braces();
	} else if (peek() == '(') {
		next();
		if (peek() == '(') {
			next();
			if (skip_arithmetic())
				return true;
			source->at--;
		}
		skip_command();
	}
	return false;
}

static size_t skipped(const char *text, void (*skip)(void))
{
	struct source string;
	size_t length;

	push_string(&string, text);
	skip();
	length = string.at;
	pop_source();
	return length;
}

size_t dollar_length(const char *text, bool *arithmetic)
{
	struct source string;
	size_t length;

	push_string(&string, text);
	*arithmetic = skip_dollar();
	length = string.at;
	pop_source();
	return length;
}

size_t backquote_length(const char *text)
{
	return skipped(text, skip_backquotes);
}

size_t brace_length(const char *text)
{
	return skipped(text, skip_braces) - 1;
}
