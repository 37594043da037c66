/* The grammar of patterns: from text to the syntax tree. Recursive descent; depth is limited by the number of groups. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "regex_impl.h"

#define NONE (-1)

struct parser {
	struct __regex *program;
	const unsigned char *at;
	int error, depth, closed;	/* closed: groups whose end was seen, for back-references */
	bool extended, fold, newline;
};

static int alternatives(struct parser *p);

static int fail(struct parser *p, int error)
{
	if (!p->error)
		p->error = error;
	return NONE;
}

static int new_node(struct parser *p, enum kind kind, int left, int right)
{
	struct __regex *program = p->program;
	int n = program->node_count;

	if (n >= NODES_MAX)
		return fail(p, REG_ESPACE);
	if (!(n & (n - 1))) {
		struct node *grown = reallocarray(program->nodes, n ? (size_t)n * 2 : 1, sizeof(*grown));

		if (!grown)
			return fail(p, REG_ESPACE);
		program->nodes = grown;
	}
	program->nodes[n] = (struct node){ .kind = kind, .left = left, .right = right };
	program->nodes[n].has_groups = kind == GROUP || (left >= 0 && program->nodes[left].has_groups) ||
				       (right >= 0 && program->nodes[right].has_groups);
	program->node_count++;
	return n;
}

static int new_set(struct parser *p, const struct set *set)
{
	struct __regex *program = p->program;
	int n = program->set_count, node;

	if (!(n & (n - 1))) {
		struct set *grown = reallocarray(program->sets, n ? (size_t)n * 2 : 1, sizeof(*grown));

		if (!grown)
			return fail(p, REG_ESPACE);
		program->sets = grown;
	}
	program->sets[program->set_count++] = *set;
	node = new_node(p, SET, NONE, NONE);
	if (node >= 0)
		program->nodes[node].set = n;
	return node;
}

static void add(struct set *set, unsigned c)
{
	set->bits[c / 64] |= 1ull << (c % 64);
}

static void add_folded(const struct parser *p, struct set *set, unsigned c)
{
	add(set, c);
	if (p->fold) {
		add(set, (unsigned)tolower((int)c));
		add(set, (unsigned)toupper((int)c));
	}
}

static void invert(struct set *set)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

static int literal(struct parser *p, unsigned char c)
{
	struct set set = { { 0 } };

	add_folded(p, &set, c);
	return new_set(p, &set);
}

static int any_byte(struct parser *p)
{
	struct set set = { { 0 } };

	if (p->newline)
		add(&set, '\n');
	add(&set, 0);
	invert(&set);
	return new_set(p, &set);
}

/* \w \W \s \S */
static int shorthand(struct parser *p, unsigned char letter)
{
	struct set set = { { 0 } };

	for (unsigned c = 0; c < 256; c++) {
		if ((letter | 32) == 'w' ? is_word((unsigned char)c) : isspace((int)c) != 0)
			add(&set, c);
	}
	if (isupper(letter))
		invert(&set);
	return new_set(p, &set);
}

static int assertion(struct parser *p, enum assertion which)
{
	int node = new_node(p, ASSERTION, NONE, NONE);

	if (node >= 0)
		p->program->nodes[node].number = which;
	return node;
}

/* [:name:] behind "[:"; leaves p->at behind ":]". */
static bool add_class(struct parser *p, struct set *set)
{
	static const struct {
		const char *name;
		int (*member)(int);
	} classes[] = {
		{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank }, { "cntrl", iscntrl },
		{ "digit", isdigit }, { "graph", isgraph }, { "lower", islower }, { "print", isprint },
		{ "punct", ispunct }, { "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
	};
	const char *name = (const char *)p->at, *end = strstr(name, ":]");

	for (size_t i = 0; end && i < sizeof(classes) / sizeof(*classes); i++) {
		if (strlen(classes[i].name) != (size_t)(end - name) || strncmp(name, classes[i].name, (size_t)(end - name)))
			continue;
		for (unsigned c = 0; c < 256; c++) {
			if (classes[i].member((int)c))
				add_folded(p, set, c);
		}
		p->at = (const unsigned char *)end + 2;
		return true;
	}
	fail(p, end ? REG_ECTYPE : REG_EBRACK);
	return false;
}

/* A single member: a byte, [.x.] or [=x=]; -1 with an error. */
static int bracket_member(struct parser *p)
{
	unsigned char kind = p->at[1];

	if (!*p->at)
		return fail(p, REG_EBRACK);
	if (*p->at != '[' || (kind != '.' && kind != '='))
		return *p->at++;
	if (!p->at[2] || p->at[3] != kind || p->at[4] != ']')
		return fail(p, REG_ECOLLATE);
	p->at += 5;
	return p->at[-3];
}

/* Behind '['. */
static int bracket(struct parser *p)
{
	struct set set = { { 0 } };
	bool negated = *p->at == '^', first = true;

	p->at += negated;
	for (; first || *p->at != ']'; first = false) {
		int low, high;

		if (p->at[0] == '[' && p->at[1] == ':') {
			p->at += 2;
			if (!add_class(p, &set))
				return NONE;
			continue;
		}
		low = high = bracket_member(p);
		if (low >= 0 && p->at[0] == '-' && p->at[1] && p->at[1] != ']') {
			p->at++;
			high = bracket_member(p);
		}
		if (low < 0 || high < 0)
			return NONE;
		if (high < low)
			return fail(p, REG_ERANGE);
		for (; low <= high; low++)
			add_folded(p, &set, (unsigned)low);
	}
	p->at++;
	if (negated) {
		if (p->newline)
			add(&set, '\n');
		invert(&set);
	}
	return new_set(p, &set);
}

/* Behind the opening parenthesis. */
static int group(struct parser *p)
{
	int number = ++p->program->groups, inside, node;

	if (number > GROUPS_MAX)
		return fail(p, REG_ESPACE);
	p->depth++;
	inside = alternatives(p);
	p->depth--;
	if (inside < 0)
		return NONE;
	if (!p->extended && p->at[0] == '\\' && p->at[1] == ')')
		p->at += 2;
	else if (p->extended && *p->at == ')')
		p->at++;
	else
		return fail(p, REG_EPAREN);
	if (number < 10)
		p->closed |= 1 << number;
	node = new_node(p, GROUP, inside, NONE);
	if (node >= 0)
		p->program->nodes[node].number = (uint16_t)number;
	return node;
}

static int back_reference(struct parser *p, int number)
{
	int node;

	if (!(p->closed >> number & 1))
		return fail(p, REG_ESUBREG);
	node = new_node(p, BACK_REFERENCE, NONE, NONE);
	if (node >= 0)
		p->program->nodes[node].number = (uint16_t)number;
	p->program->back_references = true;
	return node;
}

/* Behind a backslash. */
static int escape(struct parser *p)
{
	unsigned char c = *p->at++;

	switch (c) {
	case 0:   return fail(p, REG_EESCAPE);
	case '<': return assertion(p, WORD_START);
	case '>': return assertion(p, WORD_END);
	case 'b': return assertion(p, WORD_EDGE);
	case 'B': return assertion(p, NOT_WORD_EDGE);
	case 'w': case 'W': case 's': case 'S':
		return shorthand(p, c);
	}
	if (c >= '1' && c <= '9')
		return back_reference(p, c - '0');
	if (!p->extended && c == '(')
		return group(p);
	if (!p->extended && c == '{')
		return fail(p, REG_BADRPT);
	return literal(p, c);
}

/* Whether a branch of the pattern ends here. */
static bool at_end(const struct parser *p)
{
	if (!*p->at)
		return true;
	if (p->extended)
		return *p->at == '|' || (*p->at == ')' && p->depth);
	return p->at[0] == '\\' && (p->at[1] == '|' || (p->at[1] == ')' && p->depth));
}

static int atom(struct parser *p, bool leading)
{
	unsigned char c = *p->at++;

	if (c == '.')
		return any_byte(p);
	if (c == '[')
		return bracket(p);
	if (c == '\\')
		return !p->extended && *p->at == ')' ? fail(p, REG_EPAREN) : escape(p);
	if (c == '^' && (p->extended || leading))
		return assertion(p, LINE_START);
	if (c == '$' && (p->extended || at_end(p)))
		return assertion(p, LINE_END);
	if (p->extended && c == '(')
		return group(p);
	if (p->extended && leading && strchr("*+?{", c))
		return fail(p, REG_BADRPT);
	return literal(p, c);
}

static int copy(struct parser *p, int node)
{
	struct node from;
	int left, right, made;

	if (node < 0)
		return NONE;
	from = p->program->nodes[node];
	left = copy(p, from.left);
	right = copy(p, from.right);
	if (p->error)
		return NONE;
	made = new_node(p, from.kind, left, right);
	if (made >= 0) {
		p->program->nodes[made].number = from.number;
		p->program->nodes[made].set = from.set;
	}
	return made;
}

static int concatenate(struct parser *p, int left, int right)
{
	if (p->error)
		return NONE;
	return left < 0 ? right : right < 0 ? left : new_node(p, CAT, left, right);
}

/* node{least,most}, most -1: any number. x{2,4} becomes xx(x(x|)|). */
static int repeat(struct parser *p, int node, int least, int most)
{
	int tail = NONE;

	if (most < 0) {
		tail = new_node(p, STAR, least ? copy(p, node) : node, NONE);
	} else if (most == 0) {
		return new_node(p, EMPTY, NONE, NONE);
	} else {
		for (int i = least; i < most && !p->error; i++) {
			int once = concatenate(p, i == most - 1 && !least ? node : copy(p, node), tail);

			tail = new_node(p, ALT, once, new_node(p, EMPTY, NONE, NONE));
		}
	}
	for (int i = 0; i < least && !p->error; i++)
		tail = concatenate(p, i == least - 1 ? node : copy(p, node), tail);
	return p->error ? NONE : tail;
}

static int number(struct parser *p)
{
	int n = 0;

	if (!isdigit(*p->at))
		return NONE;
	for (; isdigit(*p->at); p->at++)
		n = n > RE_DUP_MAX ? n : n * 10 + *p->at - '0';
	return n;
}

/* Behind the opening brace. */
static int interval(struct parser *p, int node)
{
	int least = number(p), most = least;

	if (*p->at == ',') {
		p->at++;
		most = number(p);
		if (least < 0)
			least = 0;
	} else if (least < 0) {
		return fail(p, *p->at ? REG_BADBR : REG_EBRACE);
	}
	if (!p->extended && *p->at == '\\')
		p->at++;
	if (*p->at != '}')
		return fail(p, *p->at ? REG_BADBR : REG_EBRACE);
	p->at++;
	if (least > RE_DUP_MAX || most > RE_DUP_MAX)
		return fail(p, REG_ESPACE);
	return most >= 0 && most < least ? fail(p, REG_BADBR) : repeat(p, node, least, most);
}

/* The repetitions behind an atom. */
static int repeated(struct parser *p, int node)
{
	while (node >= 0 && !p->error) {
		bool escaped = !p->extended && p->at[0] == '\\';
		unsigned char c = p->at[escaped];

		if (c == '*' && !escaped) {
			p->at++;
			node = repeat(p, node, 0, -1);
		} else if ((c == '+' || c == '?') && (p->extended || escaped)) {
			p->at += 1 + escaped;
			node = repeat(p, node, c == '+', c == '+' ? -1 : 1);
		} else if (c == '{' && (p->extended || escaped)) {
			p->at += 1 + escaped;
			node = interval(p, node);
		} else {
			break;
		}
	}
	return node;
}

/* One branch: atoms one behind the other, kept as a chain to the right. */
static int branch(struct parser *p)
{
	bool leading = true;
	int first, rest = NONE, items[64], count = 0;

	while (!p->error && !at_end(p) && count < 64) {
		bool anchor = leading && *p->at == '^';

		first = atom(p, leading);
		if (first >= 0 && (p->extended || !anchor))
			first = repeated(p, first);
		items[count++] = first;
		leading = anchor && !p->extended;
	}
	if (!p->error && !at_end(p))
		rest = branch(p);
	while (count && !p->error)
		rest = concatenate(p, items[--count], rest);
	return p->error ? NONE : rest < 0 ? new_node(p, EMPTY, NONE, NONE) : rest;
}

static int alternatives(struct parser *p)
{
	int left = branch(p), right;

	while (left >= 0 && !p->error && (p->extended ? *p->at == '|' : p->at[0] == '\\' && p->at[1] == '|')) {
		p->at += p->extended ? 1 : 2;
		right = branch(p);
		left = p->error ? NONE : new_node(p, ALT, left, right);
	}
	return p->error ? NONE : left;
}

int __regex_parse(struct __regex *program, const char *pattern)
{
	struct parser p = {
		.program = program, .at = (const unsigned char *)pattern,
		.extended = program->flags & REG_EXTENDED, .fold = program->flags & REG_ICASE,
		.newline = program->flags & REG_NEWLINE,
	};

	program->root = alternatives(&p);
	return p.error;
}
