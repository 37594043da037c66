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
			skip_dollar(true);
		else if (peek() == '`')
			skip_backquotes();
		else if (next() == '\\')
			next();
	}
	next();
}

/* Behind "${": is the name followed by # or %, whose pattern has quotes of its own? */
static bool at_pattern(void)
{
	size_t n = 0;

	while (is_name_char(peek_at(n)))
		n++;
	if (!n && peek() > 0 && strchr("@*#?$!-", peek()))
		n = 1;
	return n && (peek_at(n) == '#' || peek_at(n) == '%');
}

/* Behind "${": to behind the matching '}'. Between double quotes single ones mean nothing, but in patterns. */
static void skip_braces(bool quoted)
{
	bool inner = quoted && !at_pattern();

	while (peek() != '}') {
		if (peek() < 0)
			fail(2, "syntax error: missing '}'");
		if (peek() == '$')
			skip_dollar(inner);
		else if (peek() == '`')
			skip_backquotes();
		else if (peek() == '"')
			skip_double_quotes();
		else if (peek() == '\'' && !inner)
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
			skip_dollar(true);
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

bool skip_dollar(bool quoted)
{
	bool arithmetic = false;

	next();
	enter_nested();
	if (peek() == '{') {
		next();
		skip_braces(quoted);
	} else if (peek() == '(') {
		next();
		if (peek() == '(') {
			next();
			arithmetic = skip_arithmetic();
			source->at -= !arithmetic;
		}
		if (!arithmetic)
			skip_command();
	}
	leave_nested();
	return arithmetic;
}

size_t dollar_length(const char *text, bool quoted, bool *arithmetic)
{
	struct source string;
	size_t length;

	push_string(&string, text);
	*arithmetic = skip_dollar(quoted);
	length = string.at;
	pop_source();
	return length;
}

size_t backquote_length(const char *text)
{
	struct source string;
	size_t length;

	push_string(&string, text);
	skip_backquotes();
	length = string.at;
	pop_source();
	return length;
}

size_t brace_length(const char *text, bool quoted)
{
	struct source string;
	size_t length;

	push_string(&string, text);
	skip_braces(quoted);
	length = string.at - 1;
	pop_source();
	return length;
}
