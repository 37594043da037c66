/*
 * Expansion of words. A word is worked off into cells: a character with the history that later steps need (was it quoted,
 * did it come from an expansion). Field splitting, globbing and quote removal then read the cells. Text is the raw
 * word that the parser accepted, so its quotes and braces are known to match.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

#define QUOTED 0x100	/* no special meaning any more */
#define SPLIT  0x200	/* came from an unquoted expansion: IFS separates here */
#define BREAK  0x400	/* no character: a new field starts ("$@") */
#define EMPTY  0x800	/* no character: quotes were here, so the field exists */

typedef uint16_t cell;

struct cells {
	cell *at;
	size_t count, size;
};

/* How to read the text. */
#define IN_QUOTES 1	/* between double quotes */
#define IN_HERE   2	/* a here-document: like quotes, but '"' is ordinary */
#define IN_WORD   4	/* the word of ${x-word}: unquoted text is split, too */
#define NO_SPLIT  8	/* fields are not wanted: "$@" joins by spaces */
#define TILDE_ALL 16	/* '~' counts behind ':', too */

static void expand(struct cells *out, const char *p, const char *end, int how);

static void add(struct cells *out, cell c)
{
	if (out->count == out->size) {
		out->size = out->size ? out->size * 2 : 64;
		out->at = xrealloc(out->at, out->size * sizeof(cell));
	}
	out->at[out->count++] = c;
}

static void add_text(struct cells *out, const char *text, cell flags)
{
	for (; *text; text++)
		add(out, (cell)((unsigned char)*text | flags));
}

static cell flags_of(int how)
{
	return how & (IN_QUOTES | IN_HERE) ? QUOTED : how & NO_SPLIT ? 0 : SPLIT;
}

/* ---- parameters */

static const char *ifs(void)
{
	const char *value = get_variable("IFS");

	return value ? value : " \t\n";
}

/* The value of a parameter that is not @ or *; NULL when unset. buf has room for a number. */
static const char *value_of(const char *name, char *buf)
{
	long number;

	if (is_name_start((unsigned char)*name))
		return get_variable(name);
	switch (*name) {
	case '#': number = parameters.count; break;
	case '?': number = last_status; break;
	case '$': number = shell_pid; break;
	case '!':
		if (!last_background)
			return NULL;
		number = last_background;
		break;
	case '-':
		option_letters(buf);
		return buf;
	default:
		number = atol(name);
		if (number == 0)
			return shell_name;
		return number <= parameters.count ? parameters.at[number - 1] : NULL;
	}
	snprintf(buf, 24, "%ld", number);
	return buf;
}

/* $@ and $*. Unquoted and "$@" give fields, "$*" joins by the first character of IFS. */
static void add_all_parameters(struct cells *out, char name, int how)
{
	bool quoted = how & (IN_QUOTES | IN_HERE);
	bool joins = (name == '*' && quoted) || how & (NO_SPLIT | IN_HERE);
	const char *separators = ifs();

	for (int i = 0; i < parameters.count; i++) {
		if (i && joins) {
			char separator = name == '*' ? *separators : ' ';

			if (separator)
				add(out, (cell)((unsigned char)separator | QUOTED));
		} else if (i) {
			add(out, BREAK);
		}
		if (quoted && !*parameters.at[i])
			add(out, EMPTY);
		add_text(out, parameters.at[i], flags_of(how));
	}
}

static char *pattern_of(const struct cells *cells, size_t from, size_t to)
{
	char *pattern = xmalloc((to - from) * 2 + 1), *at = pattern;

	for (size_t i = from; i < to; i++) {
		if (cells->at[i] & (BREAK | EMPTY))
			continue;
		if (cells->at[i] & QUOTED && (cells->at[i] & 0xff) != '/')	/* glob() takes patterns apart at slashes */
			*at++ = '\\';
		*at++ = (char)cells->at[i];
	}
	*at = 0;
	return pattern;
}

static char *plain_of(const struct cells *cells)
{
	char *text = xmalloc(cells->count + 1), *at = text;

	for (size_t i = 0; i < cells->count; i++) {
		if (cells->at[i] & BREAK)
			*at++ = ' ';
		else if (!(cells->at[i] & EMPTY))
			*at++ = (char)cells->at[i];
	}
	*at = 0;
	return text;
}

/* ${x#p} ${x##p} ${x%p} ${x%%p}: the value without the part that matches. */
static void add_trimmed(struct cells *out, const char *value, const char *p, const char *end, char side, bool longest, int how)
{
	struct cells cells = { 0 };
	size_t n = strlen(value), cut = 0;
	char *pattern, *copy = xstrdup(value);
	bool found = false;

	expand(&cells, p, end, NO_SPLIT);
	pattern = pattern_of(&cells, 0, cells.count);
	free(cells.at);
	for (size_t i = 0; i <= n && !found; i++) {
		size_t length = longest ? n - i : i;
		char kept = copy[length];

		if (side == '#')
			copy[length] = 0;
		found = fnmatch(pattern, side == '#' ? copy : copy + n - length, 0) == 0;
		if (side == '#')
			copy[length] = kept;
		if (found)
			cut = length;
	}
	free(pattern);
	if (side == '#') {
		add_text(out, copy + cut, flags_of(how));
	} else {
		copy[n - cut] = 0;
		add_text(out, copy, flags_of(how));
	}
	free(copy);
}

/* One ${…} in parts. */
struct parameter {
	char name[256];
	bool length, colon;
	char op;			/* 0 - = ? + # % */
	bool twice;			/* ## %% */
	const char *word, *end;
};

/* The word of ${x=word} and ${x?word}: one text, in which single quotes stay when the whole is between double ones. */
static struct cells expand_one(const char *p, const char *end, int how)
{
	struct cells cells = { 0 };

	expand(&cells, p, end, NO_SPLIT | (how & (IN_QUOTES | IN_HERE) ? how | IN_WORD : 0));
	return cells;
}

static _Noreturn void parameter_error(const struct parameter *parameter, int how)
{
	struct cells cells = expand_one(parameter->word, parameter->end, how);

	if (cells.count)
		fail(2, "%s: %s", parameter->name, plain_of(&cells));
	fail(2, "%s: parameter %s", parameter->name, parameter->colon ? "not set or null" : "not set");
}

static void assign_default(const struct parameter *parameter, int how)
{
	struct cells cells;
	char *text;

	if (!is_name_start((unsigned char)*parameter->name))
		fail(2, "%s: bad variable name", parameter->name);
	cells = expand_one(parameter->word, parameter->end, how);
	text = plain_of(&cells);
	free(cells.at);
	set_variable(parameter->name, text);
	free(text);
}

static const char *parse_name(const char *p, struct parameter *parameter)
{
	size_t n = name_length(p);

	if (!n && isdigit((unsigned char)*p))
		while (isdigit((unsigned char)p[n]))
			n++;
	else if (!n && *p && strchr("@*#?$!-", *p))
		n = 1;
	if (!n || n >= sizeof(parameter->name))
		fail(2, "Bad substitution");
	memcpy(parameter->name, p, n);
	parameter->name[n] = 0;
	return p + n;
}

/* p behind "${", end at the '}'. */
static void parse_parameter(const char *p, const char *end, struct parameter *parameter)
{
	*parameter = (struct parameter){ .end = end };
	if (*p == '#' && end - p > 1 && !(strchr("-=?+:#%", p[1]) && end - p > 2) && p[1] != '}') {
		parameter->length = true;
		p++;
	}
	p = parse_name(p, parameter);
	if (p < end && *p == ':') {
		parameter->colon = true;
		p++;
	}
	if (p < end) {
		parameter->op = *p++;
		if (!strchr("-=?+#%", parameter->op) || (parameter->colon && strchr("#%", parameter->op)))
			fail(2, "Bad substitution");
		if ((parameter->op == '#' || parameter->op == '%') && p < end && *p == parameter->op) {
			parameter->twice = true;
			p++;
		}
	} else if (parameter->colon) {
		fail(2, "Bad substitution");
	}
	parameter->word = p;
}

static void add_value(struct cells *out, const char *name, const char *value, int how)
{
	if (*name == '@' || *name == '*')
		add_all_parameters(out, *name, how);
	else if (value)
		add_text(out, value, flags_of(how));
	else if (options.unset_is_error)
		fail(2, "%s: parameter not set", name);
}

static void expand_parameter(struct cells *out, const struct parameter *parameter, int how)
{
	char buf[32];
	bool all = *parameter->name == '@' || *parameter->name == '*';
	const char *value = all ? (parameters.count ? parameters.at[0] : NULL) : value_of(parameter->name, buf);
	bool missing = !value || (parameter->colon && !*value && !(all && parameters.count > 1));
	int word_how = (how & ~TILDE_ALL) | IN_WORD;

	if (parameter->length) {
		if (!value && options.unset_is_error && !all)
			fail(2, "%s: parameter not set", parameter->name);
		snprintf(buf, sizeof(buf), "%zu", all ? (size_t)parameters.count : value ? strlen(value) : 0);
		add_text(out, buf, flags_of(how));
		return;
	}
	switch (parameter->op) {
	case '-':
		if (missing)
			expand(out, parameter->word, parameter->end, word_how);
		else
			add_value(out, parameter->name, value, how);
		return;
	case '+':
		if (!missing)
			expand(out, parameter->word, parameter->end, word_how);
		return;
	case '=':
		if (missing) {
			assign_default(parameter, how & ~TILDE_ALL);
			value = get_variable(parameter->name);
		}
		break;
	case '?':
		if (missing)
			parameter_error(parameter, how & ~TILDE_ALL);
		break;
	case '#':
	case '%':
		if (!value && options.unset_is_error)
			fail(2, "%s: parameter not set", parameter->name);
		add_trimmed(out, value ? value : "", parameter->word, parameter->end, parameter->op, parameter->twice, how);
		return;
	}
	add_value(out, parameter->name, value, how);
}

/* ---- substitutions */

static void add_output(struct cells *out, const char *command, int how)
{
	struct arena *arena = arena_new();

	add_text(out, command_output(arena, command), flags_of(how));
	arena_release(arena);
}

static void add_arithmetic(struct cells *out, const char *p, const char *end, int how)
{
	struct cells cells = { 0 };
	char *text, digits[24];

	expand(&cells, p, end, IN_HERE | NO_SPLIT);
	text = plain_of(&cells);
	free(cells.at);
	snprintf(digits, sizeof(digits), "%ld", arithmetic(text));
	free(text);
	add_text(out, digits, flags_of(how));
}

/* At '$'; returns where it ends. */
static const char *expand_dollar(struct cells *out, const char *p, const char *end, int how)
{
	struct parameter parameter;
	bool is_arithmetic;
	size_t length;

	if (p[1] == '{') {
		const char *close = p + 2 + brace_length(p + 2, how & (IN_QUOTES | IN_HERE));

		parse_parameter(p + 2, close, &parameter);
		expand_parameter(out, &parameter, how);
		return close + 1;
	}
	if (p[1] == '(') {
		length = dollar_length(p, false, &is_arithmetic);
		if (is_arithmetic) {
			add_arithmetic(out, p + 3, p + length - 2, how);
		} else {
			char *command = strndup(p + 2, length - 3);

			add_output(out, command, how);
			free(command);
		}
		return p + length;
	}
	if (p + 1 < end && (is_name_start((unsigned char)p[1]) || strchr("@*#?$!-0123456789", p[1]))) {
		parameter = (struct parameter){ 0 };
		length = name_length(p + 1);
		length = length ? length : 1;
		memcpy(parameter.name, p + 1, length < 255 ? length : 255);
		expand_parameter(out, &parameter, how);
		return p + 1 + length;
	}
	add(out, (cell)('$' | (how & (IN_QUOTES | IN_HERE) ? QUOTED : 0)));
	return p + 1;
}

/* At '`'. Backslashes before $ ` \ (and " inside quotes) are taken away first. */
static const char *expand_backquotes(struct cells *out, const char *p, int how)
{
	size_t length = backquote_length(p);
	char *command = xmalloc(length), *to = command;

	for (size_t i = 1; i < length - 1; i++) {
		if (p[i] == '\\' && (strchr("$`\\", p[i + 1]) || (p[i + 1] == '"' && how & IN_QUOTES)))
			i++;
		*to++ = p[i];
	}
	*to = 0;
	add_output(out, command, how);
	free(command);
	return p + length;
}

/* ---- text */

/* The home directory of a user, whose name must be free of quotes; NULL when there is no such user. */
static const char *home_of(const char *name, size_t n)
{
	char user[64];
	const struct passwd *entry;

	if (n >= sizeof(user))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)name[i]) && !strchr("_-.", name[i]))
			return NULL;
	}
	memcpy(user, name, n);
	user[n] = 0;
	entry = getpwnam(user);
	return entry ? entry->pw_dir : NULL;
}

static const char *expand_tilde(struct cells *out, const char *p, const char *end, int how)
{
	size_t n = 1 + strcspn(p + 1, how & TILDE_ALL ? ":/" : "/");
	const char *home = get_variable("HOME");

	if (n > (size_t)(end - p))
		n = (size_t)(end - p);
	if (n > 1)
		home = home_of(p + 1, n - 1);
	if (!home) {
		add(out, '~');
		return p + 1;
	}
	add_text(out, home, QUOTED);
	return p + n;
}

static const char *expand_double_quotes(struct cells *out, const char *p, const char *end, int how)
{
	size_t before = out->count;
	const char *start = ++p;
	bool all;

	while (p < end && *p != '"') {
		bool arithmetic;

		if (*p == '\\' && p + 1 < end)
			p += 2;
		else if (*p == '$')
			p += dollar_length(p, true, &arithmetic);
		else if (*p == '`')
			p += backquote_length(p);
		else
			p++;
	}
	expand(out, start, p, (how & NO_SPLIT) | IN_QUOTES);
	all = (p - start == 2 && !memcmp(start, "$@", 2)) || (p - start == 4 && !memcmp(start, "${@}", 4));
	if (out->count == before && !all)
		add(out, EMPTY);
	return p + 1;
}

static const char *expand_backslash(struct cells *out, const char *p, const char *end, int how)
{
	if (p + 1 >= end) {
		add(out, '\\' | QUOTED);
		return p + 1;
	}
	if (p[1] == '\n')
		return p + 2;
	if (how & (IN_QUOTES | IN_HERE) && !strchr(how & IN_HERE && !(how & IN_WORD) ? "$`\\" : "$`\"\\}", p[1]))
		add(out, '\\' | QUOTED);
	else if (how & IN_QUOTES && p[1] == '}' && !(how & IN_WORD))
		add(out, '\\' | QUOTED);
	add(out, (cell)((unsigned char)p[1] | QUOTED));
	return p + 2;
}

static const char *expand_single_quotes(struct cells *out, const char *p)
{
	const char *close = strchr(p + 1, '\'');

	if (close == p + 1)
		add(out, EMPTY);
	for (p++; p < close; p++)
		add(out, (cell)((unsigned char)*p | QUOTED));
	return close + 1;
}

static void expand(struct cells *out, const char *p, const char *end, int how)
{
	bool quoted = how & (IN_QUOTES | IN_HERE);
	const char *start = p;

	while (p < end) {
		bool tilde = p == start || (how & TILDE_ALL && p[-1] == ':');

		if (*p == '\\')
			p = expand_backslash(out, p, end, how);
		else if (*p == '$')
			p = expand_dollar(out, p, end, how);
		else if (*p == '`')
			p = expand_backquotes(out, p, how);
		else if (*p == '\'' && !quoted)
			p = expand_single_quotes(out, p);
		else if (*p == '"' && (!quoted || how & IN_WORD))
			p = expand_double_quotes(out, p, end, how);
		else if (*p == '~' && !quoted && tilde)
			p = expand_tilde(out, p, end, how);
		else
			add(out, (cell)((unsigned char)*p++ | (quoted ? QUOTED : how & IN_WORD && !(how & NO_SPLIT) ? SPLIT : 0)));
	}
}

/* ---- fields */

void add_field(struct arena *arena, struct fields *fields, char *text)
{
	if (fields->count + 1 >= fields->size) {
		size_t size = fields->size ? fields->size * 2 : 16;
		char **grown = arena_alloc(arena, size * sizeof(char *));

		if (fields->count)
			memcpy(grown, fields->at, fields->count * sizeof(char *));
		fields->at = grown;
		fields->size = size;
	}
	fields->at[fields->count++] = text;
	fields->at[fields->count] = NULL;
}

/* The field of the cells from … to: matching names, or itself without quotes. */
static void finish_field(struct arena *arena, struct fields *fields, const struct cells *cells, size_t from, size_t to)
{
	struct cells part = { .at = cells->at + from, .count = to - from };
	char *pattern = NULL, *text;
	bool matched = false;

	if (!options.no_glob) {
		pattern = pattern_of(cells, from, to);
		matched = glob(arena, pattern, fields);
		free(pattern);
	}
	if (matched)
		return;
	text = plain_of(&part);
	add_field(arena, fields, arena_text(arena, text, strlen(text)));
	free(text);
}

static bool separates(cell c, const char *separators)
{
	return c & SPLIT && !(c & (BREAK | EMPTY)) && strchr(separators, c & 0xff);
}

void expand_word(struct arena *arena, const char *text, struct fields *fields)
{
	const char *separators = ifs();
	struct cells cells = { 0 };
	size_t start = 0, i = 0;
	bool after_blank = false;	/* blanks ended a field: one separator more belongs to the same gap */

	expand(&cells, text, text + strlen(text), 0);
	while (i < cells.count) {
		cell c = cells.at[i];
		bool hard;

		if (!(c & BREAK) && !separates(c, separators)) {
			i++;
			after_blank = false;
			continue;
		}
		hard = !(c & BREAK) && !isspace(c & 0xff);
		if (i > start || (hard && !after_blank))
			finish_field(arena, fields, &cells, start, i);
		after_blank = !hard && !(c & BREAK) && (i > start || after_blank);
		start = ++i;
	}
	if (i > start)
		finish_field(arena, fields, &cells, start, i);
	free(cells.at);
}

static char *expand_whole(struct arena *arena, const char *text, int how, bool pattern)
{
	struct cells cells = { 0 };
	char *plain, *result;

	expand(&cells, text, text + strlen(text), how | NO_SPLIT);
	plain = pattern ? pattern_of(&cells, 0, cells.count) : plain_of(&cells);
	free(cells.at);
	result = arena_text(arena, plain, strlen(plain));
	free(plain);
	return result;
}

char *expand_text(struct arena *arena, const char *text)
{
	return expand_whole(arena, text, TILDE_ALL, false);
}

char *expand_pattern(struct arena *arena, const char *text)
{
	return expand_whole(arena, text, 0, true);
}

char *expand_here(struct arena *arena, const char *text)
{
	return expand_whole(arena, text, IN_HERE, false);
}
