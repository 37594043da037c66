/*
 * Pseudo-terminals (pty(7)): /dev/ptmx makes a pair; /dev/pts/N is the terminal, the open file the master.
 *
 *  - A pair lives until its last file is closed; its name in /dev/pts and the terminal's usefulness end with the master.
 *  - pty.c is the master and the driver below the terminal; pty_fs.c owns the directory of names.
 */
#ifndef DRIVERS_PTY_H
#define DRIVERS_PTY_H

#include "lib/types.h"

struct dentry;
struct tty;

/* Boot, after fs_init: /dev/ptmx, and a file system on /dev/pts. */
void pty_init(void);

/* Between pty.c and pty_fs.c. Task context. */
int pty_fs_init(void);

/* A node for the terminal, which it holds a reference of; the current task's, mode 0620. Referenced, or ERR_PTR(-ENOMEM). */
struct dentry *pty_fs_add(unsigned number, struct tty *t) __must_check;
void pty_fs_remove(struct dentry *node);	/* the name goes; the reference is taken over */

#endif
