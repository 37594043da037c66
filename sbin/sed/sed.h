/* sed: shared declarations. script.c turns the script into commands, main.c runs them over the lines. Single-threaded. */
#ifndef SED_H
#define SED_H

#include <regex.h>

#include "text.h"

enum address_type { A_NONE, A_LINE, A_LAST, A_REGEX, A_STEP, A_PLUS };

struct address {
	enum address_type type;
	unsigned long line, step;	/* A_LINE; A_STEP: line~step; A_PLUS: so many lines more */
	regex_t *regex;			/* NULL: the last one that was used */
};

/* A file that w or s///w writes to; the same name is the same file. */
struct output {
	struct output *next;
	const char *name;
	FILE *file;
};

struct substitution {
	regex_t *regex;			/* NULL: the last one that was used */
	char *replacement;		/* \n, \& and \1 … \9 still in it; a newline is a newline */
	unsigned long which;		/* the first match to replace, from 1 */
	bool all, print;
	struct output *output;
};

struct command {
	struct address from, to;
	bool negated;
	bool in_range;			/* between from and to at this moment */
	unsigned long range_end;	/* when to is a number of lines */
	char letter;
	char *text;			/* a, c, i: text; b, t, T, ':': label; r: file; y: 256 bytes */
	size_t target;			/* b, t, T, '{': index of the command to go on with */
	unsigned long number;		/* q, Q: status; l: width */
	struct substitution *s;
	struct output *output;		/* w */
};

extern struct command *commands;
extern size_t command_count;
extern bool extended, silent;

/* script.c: adds a piece of the script (-e, -f or the operand); ends the program on an error. */
void add_script(const char *text);
/* Behind the last piece: matches braces and labels. */
void finish_script(void);

#endif
