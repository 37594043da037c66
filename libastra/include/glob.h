/* File names that match a pattern. */
#ifndef _GLOB_H
#define _GLOB_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

typedef struct {
	size_t gl_pathc;	/* names found */
	char **gl_pathv;	/* gl_offs NULLs, the names, NULL */
	size_t gl_offs;
} glob_t;

#define GLOB_ERR      0x01	/* end at a folder that cannot be read */
#define GLOB_MARK     0x02	/* a slash behind folders */
#define GLOB_NOSORT   0x04
#define GLOB_DOOFFS   0x08
#define GLOB_NOCHECK  0x10	/* nothing found: the pattern itself */
#define GLOB_APPEND   0x20
#define GLOB_NOESCAPE 0x40
#define GLOB_PERIOD   0x80	/* * and ? match a leading period */

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3

/* 0, or one of the above. report (may be NULL) hears of folders that cannot be read, and ends the search by not 0. */
int glob(const char *restrict pattern, int flags, int (*report)(const char *path, int error), glob_t *restrict result);
/* Frees what glob put there. */
void globfree(glob_t *result);

__ASTRA_END_DECLS

#endif
