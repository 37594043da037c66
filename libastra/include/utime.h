/* A file's times, in seconds. */
#ifndef _UTIME_H
#define _UTIME_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct utimbuf {
	time_t actime, modtime;
};

/* times NULL: now. 0, or -1 with errno. */
int utime(const char *path, const struct utimbuf *times);

__ASTRA_END_DECLS

#endif
