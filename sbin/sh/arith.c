/* $(( … )): C's integer operators on long, with variables and assignment. Precedence climbing over the text. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

/* One expression being evaluated; with `skip` nothing has an effect (the branch not taken). */
struct reader {
	const char *at, *all;
	int skip;
	int depth;
};

#define DEPTH_MAX 5000

static long evaluate(struct reader *r, int least);

static _Noreturn void bad(const struct reader *r)
{
	fail(2, "arithmetic expression: syntax error: \"%s\"", r->all);
}

static void blanks(struct reader *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static long variable_value(const char *name)
{
	const char *value = get_variable(name);
	char *end;
	long n;

	if (!value && options.unset_is_error)
		fail(2, "%s: parameter not set", name);
	if (!value)
		return 0;
	n = strtol(value, &end, 0);
	while (isspace((unsigned char)*end))
		end++;
	if (*end)
		fail(2, "Illegal number: %s", value);
	return n;
}

static long apply(struct reader *r, const char *op, long a, long b)
{
	switch (op[0]) {
	case '*': return (long)((unsigned long)a * (unsigned long)b);
	case '/':
	case '%':
		if (b == 0 || (a == LONG_MIN && b == -1)) {
			if (!r->skip && b == 0)
				fail(2, "arithmetic expression: division by zero: \"%s\"", r->all);
			return op[0] == '/' ? a : 0;
		}
		return op[0] == '/' ? a / b : a % b;
	case '+': return (long)((unsigned long)a + (unsigned long)b);
	case '-': return (long)((unsigned long)a - (unsigned long)b);
	case '<':
		if (op[1] == '<')
			return (long)((unsigned long)a << (b & 63));
		return op[1] == '=' ? a <= b : a < b;
	case '>':
		if (op[1] == '>')
			return a >> (b & 63);
		return op[1] == '=' ? a >= b : a > b;
	case '=': return a == b;
	case '!': return a != b;
	case '&': return a & b;
	case '^': return a ^ b;
	case '|': return a | b;
	}
	return 0;
}

/* NAME, or NAME = …, NAME op= …. */
static long name_or_assignment(struct reader *r)
{
	static const char *const ops[] = { "<<=", ">>=", "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "=" };
	size_t n = name_length(r->at);
	char name[n + 1], digits[24];

	memcpy(name, r->at, n);
	name[n] = 0;
	r->at += n;
	blanks(r);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t length = strlen(ops[i]);
		long value;

		if (strncmp(r->at, ops[i], length) || (length == 1 && r->at[1] == '='))
			continue;
		r->at += length;
		value = evaluate(r, 0);
		if (length > 1)
			value = apply(r, ops[i], r->skip ? 0 : variable_value(name), value);
		snprintf(digits, sizeof(digits), "%ld", value);
		if (!r->skip)
			set_variable(name, digits);
		return value;
	}
	return r->skip ? 0 : variable_value(name);
}

static long unary(struct reader *r)
{
	char operator = 0, *end;
	long value;

	blanks(r);
	if (*r->at && strchr("+-!~(", *r->at))
		operator = *r->at++;
	if (operator && ++r->depth > DEPTH_MAX)
		fail(2, "arithmetic expression: nested too deeply");
	if (operator) {
		value = operator == '(' ? evaluate(r, 0) : unary(r);
		r->depth--;
	}
	switch (operator) {
	case '+': return value;
	case '-': return (long)-(unsigned long)value;
	case '!': return !value;
	case '~': return ~value;
	case '(':
		blanks(r);
		if (*r->at++ != ')')
			bad(r);
		return value;
	}
	if (is_name_start((unsigned char)*r->at))
		return name_or_assignment(r);
	if (!isdigit((unsigned char)*r->at))
		bad(r);
	value = strtol(r->at, &end, 0);
	if (is_name_char((unsigned char)*end))
		bad(r);
	r->at = end;
	return value;
}

static const struct {
	const char *text;
	int level;
} binary[] = {
	{ "||", 2 }, { "&&", 3 }, { "<<", 9 }, { ">>", 9 }, { "<=", 8 }, { ">=", 8 }, { "==", 7 }, { "!=", 7 }, { "|", 4 },
	{ "^", 5 }, { "&", 6 }, { "<", 8 }, { ">", 8 }, { "+", 10 }, { "-", 10 }, { "*", 11 }, { "/", 11 }, { "%", 11 },
};

/* The right side of && and ||, without effects when the left side decides. */
static long logical(struct reader *r, bool is_or, long left, int level)
{
	bool decided = is_or ? left != 0 : left == 0;
	long right;

	r->skip += decided;
	right = evaluate(r, level + 1);
	r->skip -= decided;
	return decided ? is_or : right != 0;
}

static long conditional(struct reader *r, long condition)
{
	long yes, no;

	r->skip += !condition;
	yes = evaluate(r, 0);
	r->skip -= !condition;
	blanks(r);
	if (*r->at++ != ':')
		bad(r);
	r->skip += condition != 0;
	no = evaluate(r, 1);
	r->skip -= condition != 0;
	return condition ? yes : no;
}

/* Level 0 is everything, 1 the conditional, 2 … 11 the binary operators. */
static long evaluate(struct reader *r, int least)
{
	long value;

	if (++r->depth > DEPTH_MAX)
		fail(2, "arithmetic expression: nested too deeply");
	value = unary(r);
	for (;;) {
		size_t i, count = sizeof(binary) / sizeof(binary[0]);

		blanks(r);
		for (i = 0; i < count && strncmp(r->at, binary[i].text, strlen(binary[i].text)); i++)
			;
		if (i == count || binary[i].level < least)
			break;
		r->at += strlen(binary[i].text);
		if (binary[i].level <= 3)
			value = logical(r, binary[i].level == 2, value, binary[i].level);
		else
			value = apply(r, binary[i].text, value, evaluate(r, binary[i].level + 1));
	}
	if (least <= 1 && *r->at == '?') {
		r->at++;
		value = conditional(r, value);
	}
	r->depth--;
	return value;
}

long arithmetic(const char *text)
{
	struct reader r = { .at = text, .all = text };
	long value;

	blanks(&r);
	if (!*r.at)
		return 0;
	value = evaluate(&r, 0);
	blanks(&r);
	if (*r.at)
		bad(&r);
	return value;
}
