/* From the syntax tree to the automaton, its reversed edges, and the bytes that a match can begin with. */
#include <stdlib.h>

#include "regex_impl.h"

static int new_state(struct __regex *program, enum kind kind)
{
	program->states[program->state_count] = (struct state){ .kind = kind, .out = { -1, -1 } };
	return program->state_count++;
}

/* Makes the states of a node. Its end state has no way out yet. At most two states a node. */
static void build(struct __regex *program, int index)
{
	struct node *node = &program->nodes[index];
	struct state *states = program->states;
	struct node *left = node->left >= 0 ? &program->nodes[node->left] : NULL;
	struct node *right = node->right >= 0 ? &program->nodes[node->right] : NULL;

	node->first_state = new_state(program, node->kind == SET || node->kind == ASSERTION ? node->kind : EMPTY);
	states[node->first_state].set = node->set;
	states[node->first_state].assertion = (uint8_t)node->number;
	if (left)
		build(program, node->left);
	if (right)
		build(program, node->right);
	node->end_state = new_state(program, EMPTY);
	states[node->first_state].out[0] = left ? left->first_state : node->end_state;
	switch (node->kind) {
	case GROUP:
		states[left->end_state].out[0] = node->end_state;
		break;
	case CAT:
		states[left->end_state].out[0] = right->first_state;
		states[right->end_state].out[0] = node->end_state;
		break;
	case ALT:
		states[node->first_state].out[1] = right->first_state;
		states[left->end_state].out[0] = node->end_state;
		states[right->end_state].out[0] = node->end_state;
		break;
	case STAR:
		states[node->first_state].out[1] = node->end_state;
		states[left->end_state].out[0] = node->first_state;
		break;
	}
}

static int reverse_edges(struct __regex *program)
{
	int count = program->state_count, *start, *fill;

	program->predecessor_start = start = calloc((size_t)count + 2, sizeof(int));
	program->predecessors = calloc((size_t)count * 2, sizeof(int));
	if (!start || !program->predecessors)
		return REG_ESPACE;
	fill = start + 1;	/* fill[s] runs from where the list of s starts to where it ends, which is where s + 1 starts */
	for (int s = 0; s < count; s++) {
		for (int i = 0; i < 2; i++) {
			if (program->states[s].out[i] >= 0)
				fill[program->states[s].out[i] + 1]++;
		}
	}
	for (int s = 1; s <= count; s++)
		fill[s] += fill[s - 1];
	for (int s = 0; s < count; s++) {
		for (int i = 0; i < 2; i++) {
			int to = program->states[s].out[i];

			if (to >= 0)
				program->predecessors[fill[to]++] = s;
		}
	}
	return 0;
}

/* Everything that can be reached without a byte, assertions taken as true. */
static int find_first(struct __regex *program)
{
	int *stack = malloc(((size_t)program->state_count + 1) * sizeof(int)), depth = 0;
	bool *seen = calloc((size_t)program->state_count, sizeof(bool));
	int end = program->nodes[program->root].end_state;

	if (stack && seen) {
		stack[depth++] = program->nodes[program->root].first_state;
		seen[stack[0]] = true;
	}
	while (depth) {
		const struct state *state = &program->states[stack[--depth]];

		program->can_be_empty |= state == &program->states[end];
		if (state->kind == SET) {
			for (int i = 0; i < 4; i++)
				program->first.bits[i] |= program->sets[state->set].bits[i];
			continue;
		}
		for (int i = 0; i < 2; i++) {
			if (state->out[i] >= 0 && !seen[state->out[i]]) {
				seen[state->out[i]] = true;
				stack[depth++] = state->out[i];
			}
		}
	}
	free(stack);
	free(seen);
	return stack && seen ? 0 : REG_ESPACE;
}

int __regex_compile(struct __regex *program)
{
	int error;

	program->states = calloc((size_t)program->node_count * 2, sizeof(*program->states));
	if (!program->states)
		return REG_ESPACE;
	build(program, program->root);
	error = reverse_edges(program);
	return error ? error : find_first(program);
}
