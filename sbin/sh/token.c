/* Tokens: blanks, operators, reserved words and raw words, taken straight off the source; and what a name is made of. */
#include <ctype.h>
#include <string.h>

#include "parse.h"

bool is_name_start(int c)
{
	return c == '_' || isalpha(c);
}

bool is_name_char(int c)
{
	return c == '_' || isalnum(c);
}

size_t name_length(const char *text)
{
	size_t n = 0;

	if (is_name_start((unsigned char)*text))
		while (is_name_char((unsigned char)text[n]))
			n++;
	return n;
}

void skip_blanks(void)
{
	for (;;) {
		int c = peek();

		if (c == ' ' || c == '\t') {
			next();
		} else if (c == '\\' && peek_at(1) == '\n') {
			next();
			next();
		} else if (c == '#') {
			while (peek() >= 0 && peek() != '\n')
				next();
		} else {
			return;
		}
	}
}

bool is_delimiter(int c)
{
	return c < 0 || strchr(" \t\n;&|<>()", c);
}

bool at_operator(const char *text)
{
	size_t n = strlen(text);

	skip_blanks();
	for (size_t i = 0; i < n; i++) {
		if (peek_at(i) != text[i])
			return false;
	}
	return true;
}

bool take_operator(const char *text)
{
	if (!at_operator(text))
		return false;
	source->at += strlen(text);
	return true;
}

bool at_reserved(const char *text)
{
	return at_operator(text) && is_delimiter(peek_at(strlen(text)));
}

bool take_reserved(const char *text)
{
	if (!at_reserved(text))
		return false;
	source->at += strlen(text);
	return true;
}

void expect(const char *text)
{
	if (!take_reserved(text))
		unexpected();
}

const char *parse_word(void)
{
	size_t start;

	skip_blanks();
	start = source->at;
	while (!is_delimiter(peek())) {
		switch (peek()) {
		case '\\':
			next();
			next();
			break;
		case '\'':
			skip_single_quotes();
			break;
		case '"':
			skip_double_quotes();
			break;
		case '`':
			skip_backquotes();
			break;
		case '$':
			skip_dollar(false);
			break;
		default:
			next();
		}
	}
	if (source->at == start)
		return NULL;
	return arena_text(parse_arena, source->text.text + start, source->at - start);
}
