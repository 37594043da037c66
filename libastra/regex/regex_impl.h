/*
 * A compiled regular expression is a syntax tree and a nondeterministic automaton made from it. Rules:
 *  - both are immutable after regcomp; a regexec allocates what it writes;
 *  - repetitions are expanded in the tree, so that only "any number" is left of them;
 *  - the automaton's states of a node are consecutive, so a part of the pattern can be run by itself.
 * The whole match is found by running the automaton, each state with the leftmost start that reaches it (search.c). Where
 * subexpressions are wanted, the tree is walked down: which split of the text does each concatenation take (submatch.c).
 * A pattern with back-references is matched by trying instead (backtrack.c).
 */
#ifndef REGEX_IMPL_H
#define REGEX_IMPL_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#define NODES_MAX  40000
#define GROUPS_MAX 1000

enum kind { EMPTY, SET, ASSERTION, GROUP, CAT, ALT, STAR, BACK_REFERENCE };
enum assertion { LINE_START, LINE_END, WORD_START, WORD_END, WORD_EDGE, NOT_WORD_EDGE };

struct set {
	uint64_t bits[4];
};

struct node {
	uint8_t kind;
	bool has_groups;		/* itself or below */
	uint16_t number;		/* GROUP, BACK_REFERENCE: which; ASSERTION: enum assertion; SET: see set */
	int left, right;		/* nodes; GROUP and STAR have only the left */
	int set;			/* SET: index */
	int first_state, end_state;	/* its states; end_state is where a match of it arrives */
};

/* A state: consumes a byte of a set, or goes on for nothing. out -1: none. */
struct state {
	uint8_t kind;			/* SET, ASSERTION or EMPTY */
	uint8_t assertion;
	int set;
	int out[2];
};

struct __regex {
	struct node *nodes;
	struct set *sets;
	struct state *states;
	int *predecessors;		/* those of state s: [predecessor_start[s], predecessor_start[s + 1]) */
	int *predecessor_start;
	int node_count, set_count, state_count, root, flags;
	int groups;
	bool back_references;
	struct set first;		/* bytes that a match can begin with */
	bool can_be_empty;
};

/* The text of one regexec. */
struct subject {
	const unsigned char *text;
	long length;
	int flags, regex_flags;
};

static inline bool in_set(const struct set *set, unsigned char c)
{
	return set->bits[c / 64] >> (c % 64) & 1;
}

static inline bool is_word(unsigned char c)
{
	return c == '_' || (unsigned)(c | 32) - 'a' < 26 || (unsigned)c - '0' < 10;
}

/* 0, or a REG_ error; what was allocated stays with the program. */
int __regex_parse(struct __regex *program, const char *pattern) __attribute__((visibility("hidden")));
int __regex_compile(struct __regex *program) __attribute__((visibility("hidden")));
bool __regex_holds(const struct subject *subject, int assertion, long at) __attribute__((visibility("hidden")));
/* The leftmost longest match: 0, REG_NOMATCH or REG_ESPACE. */
int __regex_search(const struct __regex *program, const struct subject *subject, regmatch_t *whole)
	__attribute__((visibility("hidden")));
/* Fills groups 1 … of a match that is known: 0 or REG_ESPACE. */
int __regex_submatch(const struct __regex *program, const struct subject *subject, regmatch_t *groups)
	__attribute__((visibility("hidden")));
int __regex_backtrack(const struct __regex *program, const struct subject *subject, regmatch_t *groups)
	__attribute__((visibility("hidden")));

#endif
