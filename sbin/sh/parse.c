/*
 * The grammar: recursive descent straight over the characters of the source. Words stay raw. $( … ) inside a word is parsed twice:
 * to find its end (skip.c), and when it is expanded.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define NESTED_MAX 5000

struct arena *parse_arena;
static int nested;

static struct node *parse_pipeline(void);

_Noreturn void unexpected(void)
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

void enter_nested(void)
{
	if (++nested > NESTED_MAX)
		fail(2, "syntax error: nested too deeply");
}

void leave_nested(void)
{
	nested--;
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
	struct node *node = arena_alloc(parse_arena, sizeof(*node));

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
	redirect = arena_alloc(parse_arena, sizeof(*redirect));
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
	if (redirect->type == R_HERE)
		announce_here(redirect);
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

/* Puts a word at the end of a list; returns the new end. */
static struct word **add_word(struct word **end, const char *text)
{
	*end = arena_alloc(parse_arena, sizeof(**end));
	(*end)->text = text;
	return &(*end)->next;
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
	struct word **words = &node->words, **assignments = &node->assignments;
	bool any = false;

	for (;; any = true) {
		struct redirect *redirect;
		const char *text;
		size_t name;

		skip_blanks();
		if (any)
			expand_behind_alias(!node->words);
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
			assignments = add_word(assignments, text);
			continue;
		}
		if (!any && name && !text[name] && at_operator("("))
			return parse_function(text);
		words = add_word(words, text);
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
		enter_nested();
		node->c = parse_if();
		leave_nested();
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
	struct word **words = &node->words;
	const char *text;

	node->name = parse_word();
	if (!node->name || node->name[name_length(node->name)])
		fail(2, "syntax error: bad for loop variable");
	skip_newlines();
	if (take_reserved("in")) {
		node->has_in = true;
		while ((text = parse_word()))
			words = add_word(words, text);
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
	struct case_item *item = arena_alloc(parse_arena, sizeof(*item));
	struct word **patterns = &item->patterns;

	take_operator("(");
	do {
		const char *pattern = parse_word();

		if (!pattern)
			unexpected();
		patterns = add_word(patterns, pattern);
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

	enter_nested();
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
		node = parse_simple();
	if (node->type != N_SIMPLE && node->type != N_FUNCTION)
		parse_redirects(node);
	leave_nested();
	return node;
}

/* What was written from `start` on, for the list of jobs. */
static const char *text_since(size_t start)
{
	size_t end = source->at;

	while (end > start && strchr(" \t\n", source->text.text[end - 1]))
		end--;
	return arena_text(parse_arena, source->text.text + start, end - start);
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
	int before = nested;

	for (;;) {
		struct node *both;

		if (take_operator("&&"))
			both = new_node(N_AND);
		else if (take_operator("||"))
			both = new_node(N_OR);
		else
			break;
		enter_nested();		/* the left side lies a level deeper in the tree */
		skip_newlines();
		both->a = node;
		both->b = parse_pipeline();
		node = both;
	}
	nested = before;
	return node;
}

/* Does a list end here? At ')', at ';;', at the end of input, or at a word that closes a compound command. */
static bool at_list_end(void)
{
	skip_blanks();
	return peek() < 0 || peek() == ')' || at_operator(";;") || at_stray_word();
}

/* Commands up to what ends a list; with to_line_end up to the newline, which is taken. NULL when there are none. */
struct node *parse_list(bool to_line_end)
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
	parse_arena = into;
	here.count = 0;
	nested = 0;
	reset_measuring();
	forget_active_aliases();
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
