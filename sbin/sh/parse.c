/*
 * The grammar: recursive descent straight over the characters of the source. Words stay raw. $( … ) inside a word is
 * parsed and thrown away, which is the only sure way to find its end; it is parsed again when it is expanded.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

#define PENDING_MAX 32
#define ALIASES_MAX 16

static struct arena *arena;
static struct redirect *pending[PENDING_MAX];	/* here-documents whose bodies start behind the next newline */
static size_t pending_count;

/*
 * Aliases that were put into the source: none of them counts again inside its own text, which ends at `end`. While text is
 * only measured (skip_command) they stay as they are; it will be parsed again when it runs.
 */
static struct {
	char *name;
	size_t end;
} active[ALIASES_MAX];
static size_t active_count;
static size_t check_behind;	/* an alias ended in a blank: the word behind this place is looked up, too; 0: none */
static int measuring;

static struct node *parse_list(bool to_line_end);
static struct node *parse_pipeline(void);

static _Noreturn void unexpected(void)
{
	int c = peek();
	char text[20] = "end of file";

	command_line = source->line;
	if (c == '\n') {
		strcpy(text, "newline");
	} else if (c >= 0) {
		int n = 0;

		do
			text[n++] = (char)next();
		while (n < 18 && peek_at(0) >= 0 && !strchr(" \t\n;&|<>()", peek_at(0)) && isalnum((unsigned char)text[0]));
		text[n] = 0;
	}
	fail(2, "syntax error: unexpected %s", text);
}

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

/* ---- quotes and expansions: skipping them in the source */

static bool skip_dollar(void);

static void skip_single_quotes(void)
{
	int c;

	next();
	while ((c = next()) != '\'') {
		if (c < 0)
			fail(2, "syntax error: unterminated quoted string");
	}
}

static void skip_backquotes(void)
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

static void skip_double_quotes(void)
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
	struct arena *outer = arena, *scratch = arena_new();
	struct redirect *held[PENDING_MAX];
	size_t held_count = pending_count;

	memcpy(held, pending, sizeof(held));
	pending_count = 0;
	arena = scratch;
	measuring++;
	parse_list(false);
	measuring--;
	if (next() != ')') {
		source->at -= source->at > 0;
		unexpected();
	}
	arena = outer;
	memcpy(pending, held, sizeof(held));
	pending_count = held_count;
	arena_release(scratch);
}

/* True when it was arithmetic. */
static bool skip_dollar(void)
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

/* ---- tokens */

/* Blanks, continued lines and a comment. */
static void skip_blanks(void)
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

static bool is_delimiter(int c)
{
	return c < 0 || strchr(" \t\n;&|<>()", c);
}

static bool at_operator(const char *text)
{
	size_t n = strlen(text);

	skip_blanks();
	for (size_t i = 0; i < n; i++) {
		if (peek_at(i) != text[i])
			return false;
	}
	return true;
}

static bool take_operator(const char *text)
{
	if (!at_operator(text))
		return false;
	source->at += strlen(text);
	return true;
}

static bool at_reserved(const char *text)
{
	return at_operator(text) && is_delimiter(peek_at(strlen(text)));
}

static bool take_reserved(const char *text)
{
	if (!at_reserved(text))
		return false;
	source->at += strlen(text);
	return true;
}

static void expect(const char *text)
{
	if (!take_reserved(text))
		unexpected();
}

/* A raw word, or NULL when there is none here. */
static const char *parse_word(void)
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
			skip_dollar();
			break;
		default:
			next();
		}
	}
	if (source->at == start)
		return NULL;
	return arena_text(arena, source->text.text + start, source->at - start);
}

/* ---- aliases */

static bool is_active(const char *name)
{
	bool found = false;

	while (active_count && active[active_count - 1].end <= source->at)
		free(active[--active_count].name);
	for (size_t i = 0; i < active_count; i++)
		found |= !strcmp(active[i].name, name);
	return found;
}

/* Puts the alias's text in place of its name, which is the n characters ahead. */
static void substitute(char *name, const char *text, size_t n)
{
	struct buffer *all = &source->text, new = { 0 };
	size_t length = strlen(text);

	buffer_add(&new, all->text, source->at);
	buffer_add(&new, text, length);
	buffer_add(&new, all->text + source->at + n, all->length - source->at - n);
	buffer_free(all);
	*all = new;
	for (size_t i = 0; i < active_count; i++)
		active[i].end += length - n;
	active[active_count].name = name;
	active[active_count++].end = source->at + length;
	if (check_behind)
		check_behind += length - n;
	else if (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		check_behind = source->at + length;
}

/* Replaces the word ahead, and what it becomes, for as long as that is an alias. */
static void expand_aliases(void)
{
	for (;;) {
		const char *text;
		size_t n = 0;
		char *name;

		skip_blanks();
		while (!is_delimiter(peek_at(n))) {
			if (strchr("\\'\"`$", peek_at(n)))
				return;
			n++;
		}
		if (!n || measuring || active_count == ALIASES_MAX)
			return;
		name = strndup(source->text.text + source->at, n);
		text = is_active(name) ? NULL : find_alias(name);
		if (!text) {
			free(name);
			return;
		}
		substitute(name, text, n);
	}
}

/* ---- here-documents */

/* The delimiter without its quotes. */
static char *unquote(const char *text, bool *quoted)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *to = out;
	char quote = 0;

	for (; *text; text++) {
		if (*text == quote) {
			quote = 0;
		} else if (!quote && (*text == '\'' || *text == '"')) {
			quote = *text;
			*quoted = true;
		} else if (*text == '\\' && quote != '\'' && text[1]) {
			*to++ = *++text;
			*quoted = true;
		} else {
			*to++ = *text;
		}
	}
	return out;
}

static void read_body(struct redirect *redirect)
{
	const char *end = unquote(redirect->word, &redirect->literal);
	struct buffer body = { 0 };

	buffer_add(&body, "", 0);
	while (peek() >= 0) {
		size_t start = body.length;
		int c;

		if (redirect->strip)
			while (peek() == '\t')
				next();
		while ((c = next()) >= 0 && c != '\n') {
			buffer_char(&body, (char)c);
			if (c == '\\' && !redirect->literal && peek() == '\n')
				buffer_char(&body, (char)next());
		}
		if (!strcmp(body.text + start, end)) {
			body.length = start;
			break;
		}
		if (c == '\n')
			buffer_char(&body, '\n');
	}
	redirect->body = arena_text(arena, body.text, body.length);
	buffer_free(&body);
}

/* Takes a newline, and behind it the bodies that were announced before it. */
static void take_newline(void)
{
	next();
	for (size_t i = 0; i < pending_count; i++)
		read_body(pending[i]);
	pending_count = 0;
}

static void skip_newlines(void)
{
	skip_blanks();
	while (peek() == '\n') {
		take_newline();
		skip_blanks();
	}
}

/* ---- commands */

static struct node *new_node(enum node_type type)
{
	struct node *node = arena_alloc(arena, sizeof(*node));

	node->type = type;
	node->line = source->line;
	return node;
}

static const struct {
	const char *text;
	enum redirect_type type;
	int fd;
} redirect_operators[] = {
	{ "<<-", R_HERE, 0 }, { "<<", R_HERE, 0 }, { "<&", R_DUP, 0 }, { "<>", R_READ_WRITE, 0 }, { "<", R_READ, 0 },
	{ ">>", R_APPEND, 1 }, { ">&", R_DUP, 1 }, { ">|", R_CLOBBER, 1 }, { ">", R_WRITE, 1 },
};

/* A redirection at this place, or NULL. */
static struct redirect *parse_redirect(void)
{
	size_t digits = 0;
	struct redirect *redirect;

	skip_blanks();
	while (peek_at(digits) >= 0 && isdigit(peek_at(digits)))
		digits++;
	if (digits > 4 || (peek_at(digits) != '<' && peek_at(digits) != '>'))
		return NULL;
	redirect = arena_alloc(arena, sizeof(*redirect));
	redirect->fd = -1;
	if (digits)
		redirect->fd = atoi(source->text.text + source->at);
	source->at += digits;
	for (size_t i = 0;; i++) {
		if (!take_operator(redirect_operators[i].text))
			continue;
		redirect->type = redirect_operators[i].type;
		redirect->strip = i == 0;
		if (redirect->fd < 0)
			redirect->fd = redirect_operators[i].fd;
		break;
	}
	redirect->word = parse_word();
	if (!redirect->word)
		unexpected();
	if (redirect->type == R_HERE) {
		if (pending_count == PENDING_MAX)
			fail(2, "too many here-documents");
		pending[pending_count++] = redirect;
	}
	return redirect;
}

static void parse_redirects(struct node *node)
{
	struct redirect **last = &node->redirects;

	while (*last)
		last = &(*last)->next;
	while ((*last = parse_redirect()))
		last = &(*last)->next;
}

static void add_word(struct word **list, const char *text)
{
	struct word *word = arena_alloc(arena, sizeof(*word));

	word->text = text;
	while (*list)
		list = &(*list)->next;
	*list = word;
}

static struct node *parse_function(const char *name)
{
	struct node *node = new_node(N_FUNCTION);

	if (!take_operator("(") || !take_operator(")"))
		unexpected();
	skip_newlines();
	node->name = name;
	node->a = parse_pipeline();
	if (node->a->type == N_SIMPLE)
		unexpected();
	return node;
}

static struct node *parse_simple(void)
{
	struct node *node = new_node(N_SIMPLE);
	struct word **words = &node->words;
	bool any = false;

	for (;; any = true) {
		struct redirect *redirect;
		const char *text;
		size_t name;

		skip_blanks();
		if (any && (!node->words || (check_behind && source->at >= check_behind))) {
			check_behind = 0;
			expand_aliases();
		}
		redirect = parse_redirect();
		if (redirect) {
			struct redirect **last = &node->redirects;

			while (*last)
				last = &(*last)->next;
			*last = redirect;
			continue;
		}
		text = parse_word();
		if (!text)
			break;
		name = name_length(text);
		if (!node->words && name && text[name] == '=') {
			add_word(&node->assignments, text);
			continue;
		}
		if (!any && name && !text[name] && at_operator("("))
			return parse_function(text);
		*words = arena_alloc(arena, sizeof(**words));
		(*words)->text = text;
		words = &(*words)->next;
	}
	if (!any)
		unexpected();
	return node;
}

static struct node *parse_body(const char *open, const char *close)
{
	struct node *body;

	expect(open);
	body = parse_list(false);
	if (!body)
		unexpected();
	expect(close);
	return body;
}

static struct node *parse_if(void)
{
	struct node *node = new_node(N_IF);

	node->a = parse_list(false);
	if (!node->a)
		unexpected();
	expect("then");
	node->b = parse_list(false);
	if (!node->b)
		unexpected();
	if (take_reserved("elif")) {
		node->c = parse_if();
		return node;
	}
	if (take_reserved("else"))
		node->c = parse_list(false);
	expect("fi");
	return node;
}

static struct node *parse_loop(enum node_type type)
{
	struct node *node = new_node(type);

	node->a = parse_list(false);
	if (!node->a)
		unexpected();
	node->b = parse_body("do", "done");
	return node;
}

static struct node *parse_for(void)
{
	struct node *node = new_node(N_FOR);
	const char *text;

	node->name = parse_word();
	if (!node->name || node->name[name_length(node->name)])
		fail(2, "syntax error: bad for loop variable");
	skip_newlines();
	if (take_reserved("in")) {
		node->has_in = true;
		while ((text = parse_word()))
			add_word(&node->words, text);
		skip_blanks();
		if (peek() != '\n' && !at_operator(";"))
			unexpected();
	}
	take_operator(";");
	skip_newlines();
	node->b = parse_body("do", "done");
	return node;
}

static struct case_item *parse_case_item(void)
{
	struct case_item *item = arena_alloc(arena, sizeof(*item));

	take_operator("(");
	do {
		const char *pattern = parse_word();

		if (!pattern)
			unexpected();
		add_word(&item->patterns, pattern);
	} while (take_operator("|"));
	if (!take_operator(")"))
		unexpected();
	item->body = parse_list(false);
	return item;
}

static struct node *parse_case(void)
{
	struct node *node = new_node(N_CASE);
	struct case_item **last = &node->items;

	node->name = parse_word();
	if (!node->name)
		unexpected();
	skip_newlines();
	expect("in");
	skip_newlines();
	while (!at_reserved("esac")) {
		*last = parse_case_item();
		last = &(*last)->next;
		if (!take_operator(";;"))
			break;
		skip_newlines();
	}
	expect("esac");
	return node;
}

static struct node *parse_group(enum node_type type, const char *close)
{
	struct node *node = new_node(type);

	node->a = parse_list(false);
	if (!node->a)
		unexpected();
	if (type == N_GROUP)
		expect(close);
	else if (!take_operator(close))
		unexpected();
	return node;
}

static bool at_stray_word(void)
{
	static const char *const words[] = { "then", "else", "elif", "fi", "do", "done", "esac", "}", "in" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) - 1; i++) {
		if (at_reserved(words[i]))
			return true;
	}
	return false;
}

static struct node *parse_one(void)
{
	struct node *node;

	expand_aliases();
	if (take_reserved("if"))
		node = parse_if();
	else if (take_reserved("while"))
		node = parse_loop(N_WHILE);
	else if (take_reserved("until"))
		node = parse_loop(N_UNTIL);
	else if (take_reserved("for"))
		node = parse_for();
	else if (take_reserved("case"))
		node = parse_case();
	else if (take_reserved("{"))
		node = parse_group(N_GROUP, "}");
	else if (take_operator("("))
		node = parse_group(N_SUBSHELL, ")");
	else if (at_stray_word())
		unexpected();
	else
		return parse_simple();
	parse_redirects(node);
	return node;
}

/* What was written from `start` on, for the list of jobs. */
static const char *text_since(size_t start)
{
	size_t end = source->at;

	while (end > start && strchr(" \t\n", source->text.text[end - 1]))
		end--;
	return arena_text(arena, source->text.text + start, end - start);
}

static struct node *parse_pipeline(void)
{
	size_t start = source->at;
	bool negate = take_reserved("!");
	struct node *node = parse_one(), **last = &node;

	while (at_operator("|") && peek_at(1) != '|') {
		struct node *pipe = new_node(N_PIPE);

		next();
		skip_newlines();
		pipe->a = *last;
		pipe->b = parse_one();
		*last = pipe;
		last = &pipe->b;
	}
	if (options.monitor)
		node->text = text_since(start);
	if (negate) {
		struct node *not = new_node(N_NOT);

		not->a = node;
		node = not;
	}
	return node;
}

static struct node *parse_and_or(void)
{
	struct node *node = parse_pipeline();

	for (;;) {
		struct node *both;

		if (take_operator("&&"))
			both = new_node(N_AND);
		else if (take_operator("||"))
			both = new_node(N_OR);
		else
			return node;
		skip_newlines();
		both->a = node;
		both->b = parse_pipeline();
		node = both;
	}
}

/* Does a list end here? At ')', at ';;', at the end of input, or at a word that closes a compound command. */
static bool at_list_end(void)
{
	skip_blanks();
	return peek() < 0 || peek() == ')' || at_operator(";;") || at_stray_word();
}

/* Commands up to what ends a list; with to_line_end up to the newline, which is taken. NULL when there are none. */
static struct node *parse_list(bool to_line_end)
{
	struct node *list = NULL, **last = &list;

	if (!to_line_end)
		skip_newlines();
	while (!at_list_end()) {
		struct node *item = new_node(N_LIST);
		size_t start = source->at;

		item->a = parse_and_or();
		skip_blanks();
		if (peek() == '&') {
			struct node *background = new_node(N_BACKGROUND);

			background->text = text_since(start);
			next();
			background->a = item->a;
			item->a = background;
		} else if (peek() == ';' && peek_at(1) != ';') {
			next();
		} else if (peek() != '\n') {
			*last = item;
			break;
		}
		*last = item;
		last = &item->b;
		skip_blanks();
		if (peek() == '\n' && to_line_end)
			break;
		skip_newlines();
	}
	return list;
}

bool parse_command(struct arena *into, struct node **node)
{
	drop_consumed();
	arena = into;
	pending_count = 0;
	measuring = 0;
	check_behind = 0;
	while (active_count)
		free(active[--active_count].name);
	*node = NULL;
	skip_blanks();
	if (peek() < 0)
		return false;
	if (peek() != '\n')
		*node = parse_list(true);
	if (peek() == '\n')
		take_newline();
	else if (peek() >= 0)
		unexpected();
	return true;
}
