/*
 * The leftmost longest match: all states advance together, byte by byte, each with the smallest start that leads to it.
 * Time is bytes × states.
 */
#include <stdlib.h>
#include <string.h>

#include "regex_impl.h"

/* The states that are alive at a position; start[s] is -1 for the others. */
struct front {
	int count, *states;
	long *start;
};

struct search {
	const struct __regex *program;
	const struct subject *subject;
	int *stack, end;
	long best_start, best_end;
};

bool __regex_holds(const struct subject *subject, int assertion, long at)
{
	bool lines = subject->regex_flags & REG_NEWLINE;
	bool before = at > 0 && is_word(subject->text[at - 1]), after = at < subject->length && is_word(subject->text[at]);

	switch (assertion) {
	case LINE_START:
		return at == 0 ? !(subject->flags & REG_NOTBOL) : lines && subject->text[at - 1] == '\n';
	case LINE_END:
		return at == subject->length ? !(subject->flags & REG_NOTEOL) : lines && subject->text[at] == '\n';
	case WORD_START:
		return !before && after;
	case WORD_END:
		return before && !after;
	case WORD_EDGE:
		return before != after;
	}
	return before == after;
}

static void enter(struct search *search, struct front *front, int *depth, int state, long start)
{
	if (front->start[state] >= 0 && front->start[state] <= start)
		return;
	if (front->start[state] < 0)
		front->states[front->count++] = state;
	front->start[state] = start;
	search->stack[(*depth)++] = state;
}

/* Adds a state and all that follow without a byte. A state is on the stack at most once for each start it improves to. */
static void spread(struct search *search, struct front *front, int state, long start, long at)
{
	int depth = 0;

	enter(search, front, &depth, state, start);
	while (depth) {
		const struct state *s = &search->program->states[search->stack[--depth]];

		if (s->kind == SET || (s->kind == ASSERTION && !__regex_holds(search->subject, s->assertion, at)))
			continue;
		for (int i = 0; i < 2; i++) {
			if (s->out[i] >= 0)
				enter(search, front, &depth, s->out[i], start);
		}
	}
}

static void empty(struct front *front)
{
	for (int i = 0; i < front->count; i++)
		front->start[front->states[i]] = -1;
	front->count = 0;
}

/* Notes whether a match ends here. */
static void note(struct search *search, const struct front *front, long at)
{
	long start = front->start[search->end];

	if (start < 0 || (search->best_start >= 0 && start > search->best_start))
		return;
	search->best_start = start;
	search->best_end = at;
}

static void step(struct search *search, const struct front *from, struct front *to, long at)
{
	unsigned char c = search->subject->text[at];

	for (int i = 0; i < from->count; i++) {
		const struct state *s = &search->program->states[from->states[i]];
		long start = from->start[from->states[i]];

		if (s->kind != SET || !in_set(&search->program->sets[s->set], c))
			continue;
		if (search->best_start < 0 || start <= search->best_start)
			spread(search, to, s->out[0], start, at + 1);
	}
}

static void run(struct search *search, struct front *now, struct front *next)
{
	const struct __regex *program = search->program;
	const struct subject *subject = search->subject;
	int first = program->nodes[program->root].first_state;

	for (long at = 0; at <= subject->length; at++) {
		struct front *swap = now;

		if (search->best_start < 0) {
			if (!now->count && !program->can_be_empty) {
				while (at < subject->length && !in_set(&program->first, subject->text[at]))
					at++;
			}
			spread(search, now, first, at, at);
		}
		note(search, now, at);
		if (at == subject->length || (search->best_start >= 0 && !now->count))
			break;
		step(search, now, next, at);
		empty(now);
		now = next;
		next = swap;
	}
}

int __regex_search(const struct __regex *program, const struct subject *subject, regmatch_t *whole)
{
	size_t count = (size_t)program->state_count;
	char *memory = malloc(count * (2 * sizeof(long) + 4 * sizeof(int)));
	struct search search = { .program = program, .subject = subject, .best_start = -1 };
	struct front a = { 0 }, b = { 0 };

	if (!memory)
		return REG_ESPACE;
	a.start = (long *)memory;
	b.start = a.start + count;
	a.states = (int *)(b.start + count);
	b.states = a.states + count;
	search.stack = b.states + count;
	search.end = program->nodes[program->root].end_state;
	memset(a.start, 0xff, 2 * count * sizeof(long));
	run(&search, &a, &b);
	free(memory);
	if (search.best_start < 0)
		return REG_NOMATCH;
	whole->rm_so = search.best_start;
	whole->rm_eo = search.best_end;
	return 0;
}
