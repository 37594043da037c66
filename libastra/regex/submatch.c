/*
 * The subexpressions of a match whose bounds are known. POSIX: each part, from the left, is as long as the whole allows. So
 * for a concatenation over [i, j] the ends of the left part are found by running its states forward from i, the starts of
 * the right part by running its states backward from j, and the largest place in both is the split. Parts without groups are
 * not looked into.
 */
#include <stdlib.h>

#include "regex_impl.h"

/* A set of states with a list of its members. */
struct members {
	int count, *list;
	bool *in;
};

struct walk {
	const struct __regex *program;
	const struct subject *subject;
	regmatch_t *groups;
	struct members now, next;
	bool keep;		/* groups that are set stay: an empty round is none */
	bool failed;		/* memory ran out */
};

static void insert(struct members *members, int state)
{
	if (!members->in[state]) {
		members->in[state] = true;
		members->list[members->count++] = state;
	}
}

static void clear(struct members *members)
{
	for (int i = 0; i < members->count; i++)
		members->in[members->list[i]] = false;
	members->count = 0;
}

static bool passes(const struct walk *w, const struct state *s, long at)
{
	return s->kind == EMPTY || (s->kind == ASSERTION && __regex_holds(w->subject, s->assertion, at));
}

static bool belongs(const struct node *node, int state)
{
	return state >= node->first_state && state <= node->end_state;
}

/* Adds what follows without a byte; the list grows while it is read. */
static void close_forward(struct walk *w, const struct node *node, long at)
{
	for (int i = 0; i < w->now.count; i++) {
		const struct state *s = &w->program->states[w->now.list[i]];

		if (w->now.list[i] == node->end_state || !passes(w, s, at))
			continue;
		for (int o = 0; o < 2; o++) {
			if (s->out[o] >= 0 && belongs(node, s->out[o]))
				insert(&w->now, s->out[o]);
		}
	}
}

static void close_backward(struct walk *w, const struct node *node, long at)
{
	for (int i = 0; i < w->now.count; i++) {
		int to = w->now.list[i];

		for (int p = w->program->predecessor_start[to]; p < w->program->predecessor_start[to + 1]; p++) {
			int from = w->program->predecessors[p];

			if (belongs(node, from) && from != node->end_state && passes(w, &w->program->states[from], at))
				insert(&w->now, from);
		}
	}
}

static void advance(struct walk *w)
{
	struct members swap = w->now;

	w->now = w->next;
	w->next = swap;
	clear(&w->next);
}

/* ends[k - i] = node matches [i, k], for k up to the result, beyond which none is up to j. */
static long forward(struct walk *w, const struct node *node, long i, long j, bool *ends)
{
	long at;

	clear(&w->now);
	insert(&w->now, node->first_state);
	for (at = i;; at++) {
		close_forward(w, node, at);
		ends[at - i] = w->now.in[node->end_state];
		if (at == j || !w->now.count)
			return at;
		for (int n = 0; n < w->now.count; n++) {
			const struct state *s = &w->program->states[w->now.list[n]];

			if (s->kind == SET && in_set(&w->program->sets[s->set], w->subject->text[at]))
				insert(&w->next, s->out[0]);
		}
		advance(w);
	}
}

/* starts[k - i] = node matches [k, j], for k from the result on, before which none is from i on. */
static long backward(struct walk *w, const struct node *node, long i, long j, bool *starts)
{
	long at;

	clear(&w->now);
	insert(&w->now, node->end_state);
	for (at = j;; at--) {
		close_backward(w, node, at);
		starts[at - i] = w->now.in[node->first_state];
		if (at == i || !w->now.count)
			return at;
		for (int n = 0; n < w->now.count; n++) {
			int to = w->now.list[n];

			for (int p = w->program->predecessor_start[to]; p < w->program->predecessor_start[to + 1]; p++) {
				const struct state *s = &w->program->states[w->program->predecessors[p]];

				if (s->kind == SET && belongs(node, w->program->predecessors[p]) &&
				    in_set(&w->program->sets[s->set], w->subject->text[at - 1]))
					insert(&w->next, w->program->predecessors[p]);
			}
		}
		advance(w);
	}
}

static void match(struct walk *w, int index, long i, long j);

/* Where the left part of [i, j] ends. */
static long split(struct walk *w, const struct node *left, const struct node *right, long i, long j)
{
	size_t size = (size_t)(j - i + 1);
	bool *ends = malloc(size * 2), *starts = ends + size;
	long k, least;

	if (!ends) {
		w->failed = true;
		return j;
	}
	k = forward(w, left, i, j, ends);
	least = backward(w, right, i, j, starts);
	while (k > least && !(ends[k - i] && starts[k - i]))
		k--;
	free(ends);
	return k;
}

/* Each round takes as much as leaves a rest that rounds can match. */
static void match_star(struct walk *w, const struct node *node, long i, long j)
{
	const struct node *inside = &w->program->nodes[node->left];
	size_t size = (size_t)(j - i + 1);
	bool *ends = malloc(size * 2), *rest = ends + size;
	long at = i, least;

	if (!ends) {
		w->failed = true;
		return;
	}
	least = backward(w, node, i, j, rest);
	if (i == j) {
		forward(w, inside, i, j, ends);
		if (ends[0]) {
			bool before = w->keep;

			w->keep = true;
			match(w, node->left, i, j);
			w->keep = before;
		}
	}
	while (at < j && !w->failed) {
		long k = forward(w, inside, at, j, ends);

		while (k > at && !(ends[k - at] && k >= least && rest[k - i]))
			k--;
		if (k == at)
			break;
		match(w, node->left, at, k);
		at = k;
	}
	free(ends);
}

/* Whether a node matches exactly [i, j]. */
static bool fits(struct walk *w, const struct node *node, long i, long j)
{
	bool *ends = malloc((size_t)(j - i + 1)), result;

	if (!ends) {
		w->failed = true;
		return true;
	}
	result = forward(w, node, i, j, ends) == j && ends[j - i];
	free(ends);
	return result;
}

/* Sets the groups below a node that is known to match [i, j]. */
static void match(struct walk *w, int index, long i, long j)
{
	while (!w->failed) {
		const struct node *node = &w->program->nodes[index];
		const struct node *left = node->left >= 0 ? &w->program->nodes[node->left] : NULL;
		long k;

		if (!node->has_groups)
			return;
		switch (node->kind) {
		case GROUP:
			if (w->keep && w->groups[node->number].rm_so >= 0)
				return;
			w->groups[node->number].rm_so = i;
			w->groups[node->number].rm_eo = j;
			index = node->left;
			continue;
		case ALT:
			index = fits(w, left, i, j) ? node->left : node->right;
			continue;
		case CAT:
			k = split(w, left, &w->program->nodes[node->right], i, j);
			match(w, node->left, i, k);
			index = node->right;
			i = k;
			continue;
		case STAR:
			match_star(w, node, i, j);
			return;
		}
		return;
	}
}

int __regex_submatch(const struct __regex *program, const struct subject *subject, regmatch_t *groups)
{
	size_t count = (size_t)program->state_count;
	char *memory = calloc(count, 2 * sizeof(int) + 2 * sizeof(bool));
	struct walk w = { .program = program, .subject = subject, .groups = groups };

	if (!memory)
		return REG_ESPACE;
	w.now.list = (int *)memory;
	w.next.list = w.now.list + count;
	w.now.in = (bool *)(w.next.list + count);
	w.next.in = w.now.in + count;
	match(&w, program->root, groups[0].rm_so, groups[0].rm_eo);
	free(memory);
	return w.failed ? REG_ESPACE : 0;
}
