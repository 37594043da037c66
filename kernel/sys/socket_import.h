/* What the socket calls share: descriptors and addresses, checked and copied. */
#ifndef SYS_SOCKET_IMPORT_H
#define SYS_SOCKET_IMPORT_H

#include "net/socket.h"

#define SOCKET_OPTION_FAST_OUT 256u

/* The socket of a descriptor, its file referenced in *f: or ERR_PTR(-EBADF, -ENOTSOCK), nothing to put then. */
struct socket *socket_get(int fd, struct file **f);

int address_copy_in(struct socket_address *a, uaddr from, u32 length);	/* 0, -EINVAL, -EFAULT */

/* As accept(2) and getsockname(2): cut to the caller's room, the whole length reported. 0, -EINVAL, -EFAULT. */
int address_copy_out(const struct socket_address *a, u32 length, uaddr to, uaddr length_at);

#endif
