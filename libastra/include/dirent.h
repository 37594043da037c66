/* Reading directories. A DIR belongs to one thread at a time. */
#ifndef _DIRENT_H
#define _DIRENT_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

typedef struct __dir DIR;

struct dirent {
	ino_t d_ino;
	off_t d_off;			/* position after this entry, for seekdir */
	unsigned short d_reclen;	/* bytes of this entry */
	unsigned char d_type;		/* DT_… */
	char d_name[256];
};

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12

/* A new directory stream, closed by closedir; NULL with errno. fdopendir takes over fd. */
DIR *opendir(const char *path);
DIR *fdopendir(int fd);
/* The next entry, valid until the next call on this stream; NULL at the end (errno untouched) or on an error. */
struct dirent *readdir(DIR *dir);
/* The next entry copied to *entry; *result is that, or NULL at the end. 0 or an error number. readdir is simpler. */
int readdir_r(DIR *restrict dir, struct dirent *restrict entry, struct dirent **restrict result);
/* Positions are telldir's, of this stream. dirfd: the stream's own descriptor; closedir closes it: 0, or -1 with EBADF. */
void rewinddir(DIR *dir);
long telldir(DIR *dir);
void seekdir(DIR *dir, long position);
int dirfd(DIR *dir);
int closedir(DIR *dir);

/*
 * All entries that `select` (NULL: all) accepts, sorted by `compare` (NULL: not). The count, or -1 with errno. The
 * caller frees each entry and the array.
 */
int scandir(const char *path, struct dirent ***entries, int (*select)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **));
int alphasort(const struct dirent **a, const struct dirent **b);

__ASTRA_END_DECLS

#endif
