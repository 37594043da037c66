/* Options of the command line (POSIX getopt). Stops at the first operand; sets nothing else. */
#ifndef _GETOPT_H
#define _GETOPT_H

#include <features.h>

__ASTRA_BEGIN_DECLS

extern char *optarg;		/* the option's argument */
extern int optind;		/* the next argument to look at; set to 1 to start again */
extern int opterr;		/* print messages to stderr; 1 at start */
extern int optopt;		/* the option letter that failed */

/* The option letter, '?' for a bad one, ':' for a missing argument when options starts with ':', or -1 at the end. */
int getopt(int argc, char *const argv[], const char *options);

#define no_argument       0
#define required_argument 1
#define optional_argument 2

struct option {
	const char *name;
	int has_arg;		/* one of the above */
	int *flag;		/* NULL: val is returned; else it is stored here and 0 returned */
	int val;
};

/*
 * The same with --name, --name=argument and unambiguous beginnings of names; *index, where it is given, is the option's
 * place in the list, which ends with a name of NULL. Operands are moved behind the options, unless `options` begins with +
 * or POSIXLY_CORRECT is set. getopt_long_only also takes -name.
 */
int getopt_long(int argc, char *const argv[], const char *options, const struct option *list, int *index);
int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *list, int *index);

__ASTRA_END_DECLS

#endif
