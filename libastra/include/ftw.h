/* Walking a folder and all below it. */
#ifndef _FTW_H
#define _FTW_H

#include <features.h>
#include <sys/stat.h>

__ASTRA_BEGIN_DECLS

#define FTW_F   0		/* a file */
#define FTW_D   1		/* a folder, before what is in it */
#define FTW_DNR 2		/* a folder that cannot be read */
#define FTW_NS  3		/* no status: stat failed */
#define FTW_SL  4		/* a symbolic link (FTW_PHYS) */
#define FTW_DP  5		/* a folder, behind what is in it (FTW_DEPTH) */
#define FTW_SLN 6		/* a symbolic link that leads nowhere */

#define FTW_PHYS  1		/* do not follow links */
#define FTW_MOUNT 2		/* stay on the first file system */
#define FTW_DEPTH 8		/* contents before their folder */

struct FTW {
	int base;		/* where the last component of the path starts */
	int level;		/* 0: the start */
};

/*
 * Calls visit for everything; ends with its result when that is not 0, with 0 at the end, with -1 and errno on an error.
 * At most one descriptor a level is open, whatever `descriptors` says. Paths of PATH_MAX or more are ENAMETOOLONG.
 */
int nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *), int descriptors, int flags);
int ftw(const char *path, int (*visit)(const char *, const struct stat *, int), int descriptors);

__ASTRA_END_DECLS

#endif
