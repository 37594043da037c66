/* Words as the shell expands them. */
#ifndef _WORDEXP_H
#define _WORDEXP_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

typedef struct {
	size_t we_wordc;	/* words, without the reserved places */
	char **we_wordv;	/* we_offs reserved places, the words, NULL */
	size_t we_offs;		/* with WRDE_DOOFFS */
} wordexp_t;

#define WRDE_DOOFFS  1		/* keep we_offs places free in front */
#define WRDE_APPEND  2		/* to the words that are there */
#define WRDE_NOCMD   4		/* command substitution is WRDE_CMDSUB */
#define WRDE_REUSE   8		/* free the words that are there first */
#define WRDE_SHOWERR 16		/* leave stderr to the shell */
#define WRDE_UNDEF   32		/* an undefined variable is WRDE_BADVAL */

#define WRDE_NOSPACE 1
#define WRDE_BADCHAR 2		/* one of | & ; < > ( ) { } or a newline, unquoted */
#define WRDE_BADVAL  3
#define WRDE_CMDSUB  4
#define WRDE_SYNTAX  5

/* 0 or WRDE_…; wordfree gives back what a call that did not fail with anything but WRDE_NOSPACE has made. */
int wordexp(const char *restrict words, wordexp_t *restrict result, int flags);
void wordfree(wordexp_t *result);

__ASTRA_END_DECLS

#endif
