/* Pipes and FIFOs. */
#ifndef FS_PIPE_H
#define FS_PIPE_H

#include "fs/file.h"

#define PIPE_BUF 4096
#define PIPE_DEFAULT_SIZE KIB(64)
extern u32 pipe_max_size;	/* [a] bytes that an unprivileged pipe may be grown to: fs.pipe-max-size */

void pipe_init(void);		/* boot: caches, the pipe file system */

/* A new pipe: files[0] to read from, files[1] to write to, with `flags` of O_NONBLOCK, O_DIRECT. 0 or -errno. */
int pipe_create(struct file *files[2], u32 flags);

/* What open gives to FIFOs. */
extern const struct file_ops fifo_file_ops;

/* A FIFO's (or a pipe's) inode dies. */
void pipe_evict(struct inode *inode);

struct pipe;

bool file_is_pipe(const struct file *f);
struct pipe *file_pipe(const struct file *f);		/* NULL when it is none */
long pipe_get_size(struct file *f);			/* F_GETPIPE_SZ */
long pipe_set_size(struct file *f, u64 size);		/* F_SETPIPE_SZ: the new size or -errno */

#endif
