/*
 * Patterns with back-references, by trying all ways and keeping the longest; the first of equal ones, greedy from the left,
 * gives the groups. The effort has a limit, because the problem is hard: beyond it REG_ESPACE.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "regex_impl.h"

#define STEPS_MAX 4000000l
#define DEPTH_MAX 20000

/* What is to be matched behind the present node. */
struct todo {
	const struct todo *next;
	enum { NODE, GROUP_END, STAR_AGAIN } kind;
	int node;
	long start;		/* GROUP_END: where the group began; STAR_AGAIN: where the round began */
};

struct attempt {
	const struct __regex *program;
	const struct subject *subject;
	regmatch_t *groups, *best;
	size_t group_count;
	long steps, end;	/* end: of the best match, or -1 */
	int depth;
	bool exhausted;
};

static bool try_node(struct attempt *a, int index, long at, const struct todo *todo);

/* A whole match. True ends the trying: nothing can be longer than the text. */
static bool accept(struct attempt *a, long at)
{
	if (at > a->end) {
		a->end = at;
		memcpy(a->best, a->groups, a->group_count * sizeof(*a->best));
	}
	return at == a->subject->length;
}

static bool go_on(struct attempt *a, long at, const struct todo *todo)
{
	regmatch_t saved;
	bool done;

	if (!todo)
		return accept(a, at);
	if (todo->kind == NODE)
		return try_node(a, todo->node, at, todo->next);
	if (todo->kind == STAR_AGAIN)
		return at == todo->start ? go_on(a, at, todo->next) : try_node(a, todo->node, at, todo->next);
	saved = a->groups[todo->node];
	a->groups[todo->node] = (regmatch_t){ todo->start, at };
	done = go_on(a, at, todo->next);
	a->groups[todo->node] = saved;
	return done;
}

static bool same(const struct attempt *a, const unsigned char *x, const unsigned char *y, long n)
{
	for (; n; n--, x++, y++) {
		if (*x != *y && !(a->program->flags & REG_ICASE && tolower(*x) == tolower(*y)))
			return false;
	}
	return true;
}

static bool try_back_reference(struct attempt *a, int number, long at, const struct todo *todo)
{
	regmatch_t group = a->groups[number];
	long n = group.rm_eo - group.rm_so;
	const unsigned char *text = a->subject->text;

	if (group.rm_so < 0 || n > a->subject->length - at || !same(a, text + group.rm_so, text + at, n))
		return false;
	return go_on(a, at + n, todo);
}

static bool try_kind(struct attempt *a, const struct node *node, int index, long at, const struct todo *todo)
{
	struct todo next = { .next = todo };

	switch (node->kind) {
	case SET:
		return at < a->subject->length && in_set(&a->program->sets[node->set], a->subject->text[at]) &&
		       go_on(a, at + 1, todo);
	case ASSERTION:
		return __regex_holds(a->subject, node->number, at) && go_on(a, at, todo);
	case BACK_REFERENCE:
		return try_back_reference(a, node->number, at, todo);
	case GROUP:
		next.kind = GROUP_END;
		next.node = node->number;
		next.start = at;
		return try_node(a, node->left, at, &next);
	case CAT:
		next.kind = NODE;
		next.node = node->right;
		return try_node(a, node->left, at, &next);
	case ALT:
		return try_node(a, node->left, at, todo) || try_node(a, node->right, at, todo);
	case STAR:
		next.kind = STAR_AGAIN;
		next.node = index;
		next.start = at;
		return try_node(a, node->left, at, &next) || go_on(a, at, todo);
	}
	return go_on(a, at, todo);
}

static bool try_node(struct attempt *a, int index, long at, const struct todo *todo)
{
	bool done;

	if (++a->steps > STEPS_MAX || a->depth >= DEPTH_MAX) {
		a->exhausted = true;
		return true;
	}
	a->depth++;
	done = try_kind(a, &a->program->nodes[index], index, at, todo);
	a->depth--;
	return done;
}

int __regex_backtrack(const struct __regex *program, const struct subject *subject, regmatch_t *groups)
{
	size_t count = (size_t)program->groups + 1;
	struct attempt a = { .program = program, .subject = subject, .best = groups, .group_count = count, .end = -1 };

	a.groups = malloc(count * sizeof(*a.groups));
	if (!a.groups)
		return REG_ESPACE;
	for (long start = 0; start <= subject->length && a.end < 0 && !a.exhausted; start++) {
		memset(a.groups, 0xff, count * sizeof(*a.groups));
		try_node(&a, program->root, start, NULL);
		if (a.end >= 0)
			groups[0] = (regmatch_t){ start, a.end };
	}
	free(a.groups);
	return a.exhausted ? REG_ESPACE : a.end >= 0 ? 0 : REG_NOMATCH;
}
