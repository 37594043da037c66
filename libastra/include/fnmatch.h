/* Shell patterns: * ? [set] and backslash. */
#ifndef _FNMATCH_H
#define _FNMATCH_H

#include <features.h>

__ASTRA_BEGIN_DECLS

#define FNM_NOMATCH  1
#define FNM_PATHNAME 1	/* a slash is matched only by a slash */
#define FNM_NOESCAPE 2	/* backslash is an ordinary character */
#define FNM_PERIOD   4	/* a leading period is matched only by a period */

/* 0 when the whole string matches, else FNM_NOMATCH. */
int fnmatch(const char *pattern, const char *string, int flags);

__ASTRA_END_DECLS

#endif
