/* What syslog(2) and /dev/kmsg share. */
#ifndef FS_KMSG_H
#define FS_KMSG_H

#include "lib/log.h"
#include "lib/types.h"

/* Linux's priority of a level: 3 for errors, 4, 6 and 7. */
unsigned kmsg_priority(enum log_level level);

/* The part of a line behind its time stamp and level letter: "mm: text\n". */
const char *kmsg_text(const struct log_entry *e, size_t *length);

/*
 * Sleep until the log goes on behind `at`, or a signal comes: 0 or -ERESTARTSYS. Lines are written from places where nobody may be
 * woken, so this looks ten times a second.
 */
int kmsg_wait(u64 at);

/* Where the log began again when syslog(2) cleared it. */
extern u64 kmsg_cleared;		/* [a] */

#endif
