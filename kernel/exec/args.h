/*
 * The strings of argv and envp on their way from the old program's memory to the new one's stack. They belong to the
 * task that executes; no locks. Task context: user memory is read.
 */
#ifndef EXEC_ARGS_H
#define EXEC_ARGS_H

#include "exec/exec.h"
#include "lib/list.h"
#include "lib/types.h"

#define ARG_STRING_MAX KIB(128)		/* one string with its NUL */
#define SCRIPT_DEPTH   5		/* `#!` in `#!` */
#define PREFIX_MAX     (2 * SCRIPT_DEPTH + 1)

/* A sequence of NUL-terminated strings in chunks of pages. */
struct arg_strings {
	struct list chunks;
	u64 bytes;
	u64 count;
};

struct exec_args {
	struct arg_strings argv, envp;
	u64 limit;			/* bytes for all strings and their pointers */
	char *prefix[PREFIX_MAX];	/* what scripts put before argv[1], the last first; kmalloc'ed */
	unsigned prefix_count;
	bool drop_first;		/* argv[0] is replaced by the prefix */
};

void args_init(struct exec_args *a);
void args_free(struct exec_args *a);

/* Read both arrays. 0, -EFAULT, -E2BIG, -ENOMEM. An empty argv becomes one empty string. */
int args_read(struct exec_args *a, const char *path, const struct exec_source *source);

/* Put a string before the others (copied). 0, -E2BIG, -ENOMEM. */
int args_push(struct exec_args *a, const char *string);
void args_pop(struct exec_args *a);	/* the last pushed one, or the original argv[0] */

u64 args_count(const struct exec_args *a);	/* the program's argc */
u64 args_bytes(const struct exec_args *a);	/* of argv's strings, without envp's */

/* Call fn for each piece of argv's and then envp's strings in order (pieces end anywhere); stops on non-zero. */
int args_for_each(const struct exec_args *a, int (*fn)(void *context, const char *data, size_t size), void *context);

#endif
