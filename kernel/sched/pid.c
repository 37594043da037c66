/*
 * The number space of pid.h: a bit map for "in use", and leaves of a two-level table for who goes by a number. A leaf
 * exists as long as one of its numbers is in use. Everything under tasks_lock.
 */
#include "sched/pid.h"

#include "lib/error.h"
#include "mm/slab.h"

#define LEAF_SIZE 64

struct pid_slot {
	struct task *task;
	struct process *process;
	struct list group;		/* process->pgrp_link */
	u32 uses;
};

static struct pid_slot *leaves[PID_MAX / LEAF_SIZE];
static u8 leaf_uses[PID_MAX / LEAF_SIZE];	/* numbers in use */
static u64 in_use[PID_MAX / 64];
static int last_pid;
u32 pid_max = PID_MAX;

static struct pid_slot *slot_of(int number)
{
	if (number <= 0 || number >= PID_MAX || !leaves[number / LEAF_SIZE])
		return NULL;
	return &leaves[number / LEAF_SIZE][number % LEAF_SIZE];
}

/* The first free number in [from, to), or 0. */
static int find_free(int from, int to)
{
	for (int word = from / 64; word * 64 < to; word++) {
		u64 free = ~in_use[word];

		if (word == from / 64)
			free &= ~0ull << from % 64;
		if (free != 0) {
			int number = word * 64 + __builtin_ctzll(free);

			return number < to ? number : 0;
		}
	}
	return 0;
}

static struct pid_slot *make_slot(int number)
{
	struct pid_slot **leaf = &leaves[number / LEAF_SIZE];

	if (!*leaf) {
		*leaf = kzalloc(LEAF_SIZE * sizeof(struct pid_slot));
		if (!*leaf)
			return NULL;
		for (int i = 0; i < LEAF_SIZE; i++)
			list_init(&(*leaf)[i].group);
	}
	return &(*leaf)[number % LEAF_SIZE];
}

static int take_number(int number)
{
	struct pid_slot *slot = make_slot(number);

	if (!slot)
		return -ENOMEM;
	slot->uses = 1;
	leaf_uses[number / LEAF_SIZE]++;
	in_use[number / 64] |= 1ull << number % 64;
	return number;
}

int pid_alloc(void)
{
	int end = (int)READ_ONCE(pid_max), number = find_free(last_pid + 1, end), r;

	if (number == 0)
		number = find_free(PID_RESERVED, MIN(last_pid + 1, end));
	if (number == 0)
		return -EAGAIN;
	r = take_number(number);
	if (r > 0)
		last_pid = number;
	return r;
}

int pid_alloc_at(int number)
{
	return in_use[number / 64] >> number % 64 & 1 ? -EEXIST : take_number(number);
}

int pid_last(void)
{
	return READ_ONCE(last_pid);
}

void pid_hold(int number)
{
	slot_of(number)->uses++;
}

void pid_release(int number)
{
	struct pid_slot **leaf = &leaves[number / LEAF_SIZE];

	if (--slot_of(number)->uses != 0)
		return;
	in_use[number / 64] &= ~(1ull << number % 64);
	if (--leaf_uses[number / LEAF_SIZE] == 0) {
		kfree(*leaf);
		*leaf = NULL;
	}
}

void pid_set_task(int number, struct task *t)
{
	slot_of(number)->task = t;
}

void pid_set_process(int number, struct process *p)
{
	slot_of(number)->process = p;
}

struct task *pid_task(int number)
{
	struct pid_slot *slot = slot_of(number);

	return slot ? slot->task : NULL;
}

struct process *pid_process(int number)
{
	struct pid_slot *slot = slot_of(number);

	return slot ? slot->process : NULL;
}

struct list *pid_group(int number)
{
	struct pid_slot *slot = slot_of(number);

	return slot ? &slot->group : NULL;
}
