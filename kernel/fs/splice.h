/*
 * Moving bytes between files without passing them through a program: splice(2), tee(2), vmsplice(2), sendfile(2),
 * copy_file_range(2). Pages move by reference wherever one end is a pipe or a
 * connection and the other has pages. Task context; no lock of
 * its own: pipe_ring.h has the rules of pipes.
 */
#ifndef FS_SPLICE_H
#define FS_SPLICE_H

#include "fs/file.h"

#define SPLICE_F_MOVE	  1u
#define SPLICE_F_NONBLOCK 2u
#define SPLICE_F_MORE	  4u
#define SPLICE_F_GIFT	  8u
#define SPLICE_F_ALL	  15u

/*
 * The calls on checked files, whose access modes and kinds the caller has looked at. `nonblock` is about waiting for pipes;
 * *pos moves by the bytes that the other end took. Bytes, 0 at the end, or -errno (-EAGAIN, -EPIPE with SIGPIPE, -ERESTARTSYS …).
 */
ssize_t splice_to_pipe(struct file *in, u64 *pos, struct file *pipe, u64 count, bool nonblock);
ssize_t splice_from_pipe(struct file *pipe, struct file *out, u64 *pos, u64 count, bool nonblock, bool more);
ssize_t splice_between_pipes(struct file *in, struct file *out, u64 count, bool nonblock);
ssize_t splice_tee(struct file *in, struct file *out, u64 count, bool nonblock);

/* vmsplice: the program's pages into the pipe, by reference. */
ssize_t splice_user_pages(struct file *pipe, struct uio *u, bool nonblock);

/* From a file to another that is no pipe: in's pages are written from where they are; `out_pos` NULL means out's own offset. */
ssize_t splice_files(struct file *in, u64 *in_pos, struct file *out, u64 *out_pos, u64 count);

#endif
