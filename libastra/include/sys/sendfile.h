/* From one descriptor to another without a copy in between: sendfile(2). */
#ifndef _SYS_SENDFILE_H
#define _SYS_SENDFILE_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

/*
 * Bytes moved from `in` (at *offset, which advances; NULL: at its own position) to `out`, or -1: EINVAL (not mappable), EAGAIN,
 * EBADF.
 */
ssize_t sendfile(int out, int in, off_t *offset, size_t count);

__ASTRA_END_DECLS

#endif
