/*
 * memfd_create(2): nameless files in memory, and the seals that keep such a file from being changed (F_ADD_SEALS of fcntl(2)).
 * The seals of any file in memory are in inode->extra, changed under inode->lock. Task context.
 */
#ifndef FS_MEMFD_H
#define FS_MEMFD_H

#include "fs/inode.h"
#include "lib/types.h"

struct file;

#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034

#define F_SEAL_SEAL	    0x01u
#define F_SEAL_SHRINK	    0x02u
#define F_SEAL_GROW	    0x04u
#define F_SEAL_WRITE	    0x08u
#define F_SEAL_FUTURE_WRITE 0x10u

struct file *memfd_create(const char *name, bool allow_sealing);	/* ERR_PTR(-ENOMEM) */

/* fcntl(2): 0 or the seals; -EINVAL (no file in memory, unknown seal), -EPERM, -EBUSY (writable shared mappings). */
long memfd_add_seals(struct file *f, unsigned seals);
long memfd_get_seals(const struct file *f);

/* Of a regular file in memory: is one of `seals` set? */
static inline bool inode_sealed(const struct inode *i, unsigned seals) { return i->extra & seals; }

/* The same of any file: may it not be written to? Then its shared mappings stay read-only. */
bool memfd_write_sealed(const struct file *f);

#endif
