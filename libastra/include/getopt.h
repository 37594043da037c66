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

__ASTRA_END_DECLS

#endif
