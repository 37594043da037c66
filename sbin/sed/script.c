/* sed's scripts: addresses, commands and their texts. Used once, before the first line is read. */
#include <ctype.h>

#include "sed.h"

struct command *commands;
size_t command_count;

static char *script;			/* all pieces, each with a newline behind it */
static size_t script_length;
static const char *at;

static _Noreturn void bad(const char *why)
{
	tool_fail(1, "-e expression #1, char %zu: %s", (size_t)(at - script), why);
}

void add_script(const char *text)
{
	size_t n = strlen(text);

	script = get_memory(script, script_length + n + 2, 1);
	memcpy(script + script_length, text, n);
	script_length += n;
	script[script_length++] = '\n';
	script[script_length] = 0;
}

static void skip_blanks(void)
{
	while (isblank((unsigned char)*at))
		at++;
}

/* ---- regular expressions */

static regex_t *compile(const char *text, bool ignore_case)
{
	regex_t *regex;
	char message[128];
	int error;

	if (!*text)
		return NULL;
	regex = get_memory(NULL, 1, sizeof(*regex));
	error = regcomp(regex, text, (extended ? REG_EXTENDED : 0) | (ignore_case ? REG_ICASE : 0));
	if (error) {
		regerror(error, regex, message, sizeof(message));
		bad(message);
	}
	return regex;
}

/* Behind a bracket's '[' in the text: copies up to its ']'. */
static char *copy_bracket(char *out)
{
	*out++ = *at++;
	if (*at == '^')
		*out++ = *at++;
	if (*at == ']')
		*out++ = *at++;
	while (*at && *at != ']' && *at != '\n') {
		if (*at == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=')) {
			char kind = at[1];

			*out++ = *at++;
			*out++ = *at++;
			while (*at && *at != '\n' && !(*at == kind && at[1] == ']'))
				*out++ = *at++;
			if (*at == kind)
				*out++ = *at++;
		} else if (*at == '\\' && at[1] == 'n') {
			at += 2;
			*out++ = '\n';
			continue;
		}
		if (*at)
			*out++ = *at++;
	}
	return out;
}

/*
 * Text up to the delimiter, which may stand in it behind a backslash. In a regular expression \n becomes a newline and
 * brackets hide the delimiter. Allocated.
 */
static char *take_delimited(char delimiter, bool is_regex)
{
	char *text = get_memory(NULL, strlen(at) + 1, 1), *out = text;

	while (*at != delimiter) {
		if (!*at || (*at == '\n' && is_regex))
			bad(is_regex ? "unterminated address regex" : "unterminated `s' command");
		if (*at == '[' && is_regex) {
			out = copy_bracket(out);
			if (*at == ']')
				*out++ = *at++;
			continue;
		}
		if (*at == '\\' && at[1]) {
			at++;
			if (*at == delimiter && delimiter != '&' && !(is_regex && strchr("(){}.*[]^$+?|", delimiter))) {
				*out++ = *at++;
				continue;
			}
			if ((*at == 'n' || *at == 't') && is_regex) {
				*out++ = *at++ == 'n' ? '\n' : '\t';
				continue;
			}
			*out++ = '\\';
		}
		*out++ = *at++;
	}
	*out = 0;
	at++;
	return text;
}

/* ---- addresses */

static bool parse_address(struct address *address, bool second)
{
	char delimiter, *end, *text;
	bool ignore_case = false;

	if (isdigit((unsigned char)*at) || (second && *at == '+')) {
		address->type = *at == '+' ? A_PLUS : A_LINE;
		address->line = strtoul(at + (*at == '+'), &end, 10);
		at = end;
		if (*at == '~' && !second) {
			address->type = A_STEP;
			address->step = strtoul(at + 1, &end, 10);
			at = end;
		}
		return true;
	}
	if (*at == '$') {
		at++;
		address->type = A_LAST;
		return true;
	}
	if (*at != '/' && *at != '\\')
		return false;
	at += *at == '\\';
	delimiter = *at++;
	text = take_delimited(delimiter, true);
	for (; *at == 'I' || *at == 'M'; at++)
		ignore_case |= *at == 'I';
	address->type = A_REGEX;
	address->regex = compile(text, ignore_case);
	free(text);
	return true;
}

/* ---- commands */

static struct output *output_of(const char *name)
{
	static struct output *outputs;
	struct output *output = outputs;

	while (output && strcmp(output->name, name))
		output = output->next;
	if (output)
		return output;
	output = get_memory(NULL, 1, sizeof(*output));
	*output = (struct output){ .next = outputs, .name = name };
	output->file = !strcmp(name, "/dev/stdout") ? stdout : fopen(name, "w");
	if (!output->file)
		tool_fail(4, "couldn't open file %s: %s", name, strerror(errno));
	outputs = output;
	return output;
}

/* The rest of the line: a file name. */
static char *take_line(void)
{
	size_t n;
	char *text;

	skip_blanks();
	n = strcspn(at, "\n");
	if (!n)
		bad("missing filename in r/R/w/W commands");
	text = strndup(at, n);
	at += n;
	return text;
}

static char *take_label(void)
{
	size_t n;
	char *text;

	skip_blanks();
	n = strcspn(at, "\n;}");
	while (n && isblank((unsigned char)at[n - 1]))
		n--;
	text = strndup(at, n);
	at += n;
	return text;
}

/* The text of a, c and i: behind a backslash and newline, or on the same line. Allocated, with a newline at its end. */
static char *take_text(void)
{
	char *text, *out;

	skip_blanks();
	if (*at == '\\') {
		at++;
		skip_blanks();
		if (*at == '\n')
			at++;
	}
	if (!*at)
		bad("expected \\ after `a', `c' or `i'");
	text = out = get_memory(NULL, strlen(at) + 2, 1);
	while (*at && *at != '\n') {
		if (*at == '\\' && at[1])
			at++;
		*out++ = *at++;
	}
	*out++ = '\n';
	*out = 0;
	return text;
}

static void parse_flags(struct substitution *s, bool *ignore_case)
{
	char *end;

	for (;; at++) {
		switch (*at) {
		case 'g': s->all = true; continue;
		case 'p': s->print = true; continue;
		case 'i':
		case 'I': *ignore_case = true; continue;
		case 'w':
			at++;
			s->output = output_of(take_line());
			return;
		}
		if (!isdigit((unsigned char)*at))
			return;
		s->which = strtoul(at, &end, 10);
		if (!s->which)
			bad("number option to `s' command may not be zero");
		at = end - 1;
	}
}

static void check_references(const struct substitution *s)
{
	for (const char *c = s->replacement; *c; c++) {
		if (*c != '\\' || !*++c || !isdigit((unsigned char)*c) || !s->regex)
			continue;
		if ((size_t)(*c - '0') > s->regex->re_nsub)
			bad("invalid reference \\N on `s' command's RHS");
	}
}

static struct substitution *parse_substitution(void)
{
	struct substitution *s = get_memory(NULL, 1, sizeof(*s));
	char delimiter = *at ? *at++ : 0, *text;
	bool ignore_case = false;

	*s = (struct substitution){ .which = 1 };
	if (!delimiter || delimiter == '\n' || delimiter == '\\')
		bad("unterminated `s' command");
	text = take_delimited(delimiter, true);
	s->replacement = take_delimited(delimiter, false);
	parse_flags(s, &ignore_case);
	s->regex = compile(text, ignore_case);
	check_references(s);
	free(text);
	return s;
}

/* The next byte of one side of y. */
static unsigned char next_of(const char **text)
{
	unsigned char c = (unsigned char)*(*text)++;

	if (c != '\\')
		return c;
	c = (unsigned char)*(*text)++;
	return c == 'n' ? '\n' : c;
}

static char *parse_map(void)
{
	char delimiter = *at ? *at++ : 0, *map = get_memory(NULL, 256, 1), *source = take_delimited(delimiter, false);
	char *target = take_delimited(delimiter, false);
	const char *from = source, *to = target;

	for (int i = 0; i < 256; i++)
		map[i] = (char)i;
	while (*from && *to) {
		unsigned char c = next_of(&from);

		map[c] = (char)next_of(&to);
	}
	if (*from || *to)
		bad("strings for `y' command are different lengths");
	free(source);
	free(target);
	return map;
}

static void parse_arguments(struct command *command)
{
	char *end;

	switch (command->letter) {
	case 'a': case 'c': case 'i':
		command->text = take_text();
		break;
	case ':': case 'b': case 't': case 'T':
		command->text = take_label();
		break;
	case 'r':
		command->text = take_line();
		break;
	case 'w':
		command->output = output_of(take_line());
		break;
	case 's':
		command->s = parse_substitution();
		break;
	case 'y':
		command->text = parse_map();
		break;
	case 'q': case 'Q': case 'l':
		skip_blanks();
		command->number = strtoul(at, &end, 10);
		at = end;
		break;
	}
}

static void parse_command(void)
{
	struct command command = { 0 };

	if (parse_address(&command.from, false)) {
		skip_blanks();
		if (*at == ',') {
			at++;
			skip_blanks();
			if (!parse_address(&command.to, true))
				bad("unexpected `,'");
		}
	}
	if (command.from.type == A_LINE && !command.from.line && command.to.type != A_REGEX)
		bad("invalid usage of line address 0");
	skip_blanks();
	for (; *at == '!' || (command.negated && isblank((unsigned char)*at)); at++)
		command.negated = true;
	command.letter = *at;
	if (!*at || *at == '\n')
		bad("missing command");
	if (!strchr("{}:=abcdDgGhHilnNpPqQrstTwxy", *at))
		bad("unknown command");
	at++;
	parse_arguments(&command);
	skip_blanks();
	if (*at && !strchr("\n;}#", *at) && command.letter != '{')
		bad("extra characters after command");
	commands = get_memory(commands, command_count + 1, sizeof(*commands));
	commands[command_count++] = command;
}

/* '{' learns where to go when it does not apply; a branch where its label stands. */
static void resolve(void)
{
	size_t open[64], depth = 0;

	for (size_t i = 0; i < command_count; i++) {
		struct command *c = &commands[i];

		if (c->letter == '{') {
			if (depth == 64)
				tool_fail(1, "braces are nested too deeply");
			open[depth++] = i;
		} else if (c->letter == '}') {
			if (!depth)
				tool_fail(1, "-e expression #1: unexpected `}'");
			commands[open[--depth]].target = i;
		} else if (c->letter == 'b' || c->letter == 't' || c->letter == 'T') {
			c->target = command_count;
			for (size_t k = 0; *c->text && k < command_count; k++) {
				if (commands[k].letter == ':' && !strcmp(commands[k].text, c->text))
					c->target = k;
			}
			if (*c->text && c->target == command_count)
				tool_fail(1, "-e expression #1: can't find label for jump to `%s'", c->text);
		}
	}
	if (depth)
		tool_fail(1, "-e expression #1: unmatched `{'");
}

void finish_script(void)
{
	at = script ? script : "";
	if (at[0] == '#' && at[1] == 'n' && at[2] == '\n')
		silent = true;
	for (;;) {
		while (*at == ';' || isspace((unsigned char)*at))
			at++;
		if (*at == '#') {
			at += strcspn(at, "\n");
			continue;
		}
		if (!*at)
			break;
		parse_command();
	}
	resolve();
}
