/* The four functions of <regex.h>. */
#include <stdlib.h>
#include <string.h>

#include "regex_impl.h"

static void destroy(struct __regex *program)
{
	free(program->nodes);
	free(program->sets);
	free(program->states);
	free(program->predecessors);
	free(program->predecessor_start);
	free(program);
}

int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags)
{
	struct __regex *program = calloc(1, sizeof(*program));
	int error;

	if (!program)
		return REG_ESPACE;
	program->flags = flags;
	error = __regex_parse(program, pattern);
	if (!error)
		error = __regex_compile(program);
	if (error) {
		destroy(program);
		return error;
	}
	regex->re_nsub = (size_t)program->groups;
	regex->__program = program;
	return 0;
}

void regfree(regex_t *regex)
{
	destroy(regex->__program);
	regex->__program = NULL;
}

/* Finds the match and, where the caller wants them, the groups, in offsets from the subject's start. */
static int execute(const struct __regex *program, const struct subject *subject, regmatch_t *groups, bool wanted)
{
	int error;

	if (program->back_references)
		return __regex_backtrack(program, subject, groups);
	error = __regex_search(program, subject, &groups[0]);
	if (!error && wanted && program->groups)
		error = __regex_submatch(program, subject, groups);
	return error;
}

int regexec(const regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t match[restrict], int flags)
{
	const struct __regex *program = regex->__program;
	long from = flags & REG_STARTEND ? match[0].rm_so : 0;
	struct subject subject = {
		.text = (const unsigned char *)text + from, .flags = flags, .regex_flags = program->flags,
		.length = flags & REG_STARTEND ? match[0].rm_eo - from : (long)strlen(text),
	};
	size_t groups = (size_t)program->groups + 1;
	regmatch_t few[10], *all = groups <= 10 ? few : malloc(groups * sizeof(*all));
	int error;

	if (!all)
		return REG_ESPACE;
	if (program->flags & REG_NOSUB)
		count = 0;
	memset(all, 0xff, groups * sizeof(*all));
	error = execute(program, &subject, all, count > 1);
	for (size_t i = 0; !error && i < count; i++) {
		match[i] = (regmatch_t){ -1, -1 };
		if (i < groups && all[i].rm_so >= 0)
			match[i] = (regmatch_t){ all[i].rm_so + from, all[i].rm_eo + from };
	}
	if (all != few)
		free(all);
	return error;
}

size_t regerror(int error, const regex_t *restrict regex, char *restrict buf, size_t size)
{
	static const char *const messages[] = {
		"Success", "No match", "Invalid regular expression", "Invalid collation character",
		"Invalid character class name", "Trailing backslash", "Invalid back reference",
		"Unmatched [, [^, [:, [., or [=", "Unmatched ( or \\(", "Unmatched \\{", "Invalid content of \\{\\}",
		"Invalid range end", "Memory exhausted", "Invalid preceding regular expression",
	};
	const char *message = error >= 0 && error <= REG_BADRPT ? messages[error] : "Unknown error";

	return strlcpy(buf, message, size) + 1;
}
