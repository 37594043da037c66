/* The parts of a path. Both may change the path, and answer a part of it or a static string. */
#ifndef _LIBGEN_H
#define _LIBGEN_H

#include <features.h>

__ASTRA_BEGIN_DECLS

/* The last component, without slashes behind it; "." for an empty path or NULL. */
char *basename(char *path);
/* What is in front of it; "." when nothing is. */
char *dirname(char *path);

__ASTRA_END_DECLS

#endif
