/* What the files of the system-call fuzzer share; fuzz.c says what it does. */
#ifndef CALLS_FUZZ_H
#define CALLS_FUZZ_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_ARGUMENTS 6
#define PIDS	      32
#define DESCRIPTORS   64		/* numbers below this are drawn for descriptors */
#define ARENA	      ((uint64_t)0x100000000)
#define ARENA_PAGES   64
#define PAGE	      4096ul
#define HINTS_END     0xfeedfacecafebeefull

/* Descriptors of a kind have numbers of their own, so that most calls meet what they are for: FIRST + range * RANGE and on. */
enum range { FILES, PIPES, LOCALS, SOCKETS, NOTICES, TERMINALS };

#define FIRST 3
#define RANGE 10

enum kind { KIND_VALUE, KIND_SIZE, KIND_FD, KIND_MODE, KIND_SIGNAL, KIND_CLOCK, KIND_PID, KIND_UID, KIND_ADDRESS, KIND_PATH,
	    KIND_STRINGS, KIND_POINTER };

struct argument {
	enum kind kind;
	const char *type;		/* of a pointer: what its first word says after in, out or inout */
	const char *name;
	const uint64_t *hints;		/* values to draw from, ended by HINTS_END; NULL for none */
	bool combine;			/* several hints are OR'ed */
};

struct call {
	long number;
	const char *name;
	unsigned weight;
	unsigned count;
	struct argument arguments[MAX_ARGUMENTS];
};

/* Shared by all processes of a round. [a] */
struct shared {
	uint32_t pids[PIDS];		/* threads and processes of this round */
	uint32_t next_pid;
	uint32_t forks;			/* so far */
	uint64_t done[512];		/* calls by number */
	uint64_t succeeded[512];
};

/* A thread that draws calls: its own. */
struct worker {
	uint64_t random;
	volatile uint64_t calls;	/* so far; others look */
	int tid;
	sigjmp_buf fault;
};

extern struct shared *shared;

/* fuzz.c */
uint64_t draw(struct worker *w, uint64_t below);
long raw_call(long number, const uint64_t *a);

/* arguments.c: the values of a call. */
extern struct call calls[];
extern size_t call_count;
void parse_calls(void);
void choose_arguments(struct worker *w, const struct call *call, uint64_t *values);
uint64_t draw_pid(struct worker *w);
uint64_t draw_value(struct worker *w);

/* plant.c: a descriptor of any kind at a number below DESCRIPTORS, memory of any kind in the arena. */
void plant_descriptor(struct worker *w);
void plant_memory(struct worker *w);

#endif
