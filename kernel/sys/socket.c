/* The socket calls but those that carry messages (message.c). Each unpacks, copies in, and calls the family. Task context; no lock. */
#include "net/socket.h"

#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sys/socket_import.h"
#include "trace/unimplemented.h"

#define TYPE_FLAGS ((int)(SOCK_NONBLOCK | SOCK_CLOEXEC))

struct socket *socket_get(int fd, struct file **f)
{
	struct socket *s;

	*f = fd_get(fd);
	if (!*f)
		return ERR_PTR(-EBADF);
	s = socket_of(*f);
	if (!s) {
		file_put(*f);
		return ERR_PTR(-ENOTSOCK);
	}
	return s;
}

int address_copy_in(struct socket_address *a, uaddr from, u32 length)
{
	if ((int)length < 0 || length > sizeof(*a))
		return -EINVAL;
	memset(a, 0, sizeof(*a));
	return length ? copy_from_user(a, from, length) : 0;
}

int address_copy_out(const struct socket_address *a, u32 length, uaddr to, uaddr length_at)
{
	int room;

	if (get_user_object(&room, length_at))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	if (copy_to_user(to, a, MIN((u32)room, length)))
		return -EFAULT;
	return put_user_object(length_at, &length);
}

long sys_socket(int family, int type, int protocol)
{
	struct file *f;
	int fd;

	if (type & ~(SOCK_TYPE_MASK | TYPE_FLAGS))
		return -EINVAL;
	f = socket_create(family, type & SOCK_TYPE_MASK, protocol, (u32)type & SOCK_NONBLOCK);
	if (IS_ERR(f))
		return PTR_ERR(f);
	fd = fd_add(f, type & SOCK_CLOEXEC ? O_CLOEXEC : 0);
	if (fd < 0)
		file_put(f);
	return fd;
}

static int install_pair(struct file *const files[2], u32 flags, uaddr at)
{
	int fds[2], error;

	fds[0] = fd_reserve(flags);
	if (fds[0] < 0)
		return fds[0];
	fds[1] = fd_reserve(flags);
	error = fds[1] < 0 ? fds[1] : put_user_object(at, &fds);
	if (error) {
		fd_unreserve(fds[0]);
		if (fds[1] >= 0)
			fd_unreserve(fds[1]);
		return error;
	}
	fd_install(fds[0], files[0]);
	fd_install(fds[1], files[1]);
	return 0;
}

long sys_socketpair(int family, int type, int protocol, uaddr at)
{
	struct file *files[2];
	struct socket *a, *b;
	int error;

	if (type & ~(SOCK_TYPE_MASK | TYPE_FLAGS))
		return -EINVAL;
	files[0] = socket_create(family, type & SOCK_TYPE_MASK, protocol, (u32)type & SOCK_NONBLOCK);
	if (IS_ERR(files[0]))
		return PTR_ERR(files[0]);
	files[1] = socket_create(family, type & SOCK_TYPE_MASK, protocol, (u32)type & SOCK_NONBLOCK);
	if (IS_ERR(files[1])) {
		file_put(files[0]);
		return PTR_ERR(files[1]);
	}
	a = socket_of(files[0]);
	b = socket_of(files[1]);
	error = a->ops->pair ? a->ops->pair(a, b) : -EOPNOTSUPP;
	if (!error)
		error = install_pair(files, type & SOCK_CLOEXEC ? O_CLOEXEC : 0, at);
	if (error) {
		file_put(files[0]);
		file_put(files[1]);
	}
	return error;
}

long sys_bind(int fd, uaddr address, u32 length)
{
	struct socket_address a;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	int error;

	if (IS_ERR(s))
		return PTR_ERR(s);
	error = address_copy_in(&a, address, length);
	if (!error)
		error = s->ops->bind ? s->ops->bind(s, &a, length) : -EOPNOTSUPP;
	file_put(f);
	return error;
}

long sys_connect(int fd, uaddr address, u32 length)
{
	struct socket_address a;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	int error;

	if (IS_ERR(s))
		return PTR_ERR(s);
	error = address_copy_in(&a, address, length);
	if (!error && length < sizeof(a.family))
		error = -EINVAL;
	if (!error)
		error = s->ops->connect ? s->ops->connect(s, &a, length, f->flags & O_NONBLOCK) : -EOPNOTSUPP;
	file_put(f);
	return error;
}

long sys_listen(int fd, int backlog)
{
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	int error;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (backlog < 0 || backlog > SOMAXCONN)
		backlog = SOMAXCONN;
	error = s->ops->listen ? s->ops->listen(s, backlog) : -EOPNOTSUPP;
	if (!error)
		__atomic_store_n(&s->listening, true, __ATOMIC_RELAXED);
	file_put(f);
	return error;
}

/* A connection in a new file; its peer's address to the caller when it asks. */
static struct file *accept_one(struct socket *s, bool nonblock, u32 flags, uaddr address, uaddr length_at)
{
	struct socket_address a = { 0 };
	struct file *new = socket_create_like(s, flags);
	struct socket *n;
	int error;

	if (IS_ERR(new))
		return new;
	n = socket_of(new);
	error = s->ops->accept(s, n, nonblock);
	if (!error && address.v) {
		int length = n->ops->accepted_name ? n->ops->accepted_name(n, &a) : n->ops->getname(n, &a, true);

		error = length < 0 ? -ECONNABORTED : address_copy_out(&a, (u32)length, address, length_at);
	}
	if (error) {
		file_put(new);
		return ERR_PTR(error);
	}
	return new;
}

static long do_accept(int fd, uaddr address, uaddr length_at, int flags)
{
	struct file *f, *new;
	struct socket *s;
	int new_fd;

	if (flags & ~TYPE_FLAGS)
		return -EINVAL;
	s = socket_get(fd, &f);
	if (IS_ERR(s))
		return PTR_ERR(s);
	new_fd = s->ops->accept ? fd_reserve(flags & SOCK_CLOEXEC ? O_CLOEXEC : 0) : -EOPNOTSUPP;
	if (new_fd >= 0) {
		new = accept_one(s, f->flags & O_NONBLOCK, (u32)flags & SOCK_NONBLOCK, address, length_at);
		if (IS_ERR(new)) {
			fd_unreserve(new_fd);
			new_fd = (int)PTR_ERR(new);
		} else {
			fd_install(new_fd, new);
		}
	}
	file_put(f);
	return new_fd;
}

long sys_accept(int fd, uaddr address, uaddr length_at) { return do_accept(fd, address, length_at, 0); }
long sys_accept4(int fd, uaddr address, uaddr length_at, int flags) { return do_accept(fd, address, length_at, flags); }

static long do_getname(int fd, uaddr address, uaddr length_at, bool peer)
{
	struct socket_address a = { 0 };
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	int length;

	if (IS_ERR(s))
		return PTR_ERR(s);
	length = s->ops->getname ? s->ops->getname(s, &a, peer) : -EOPNOTSUPP;
	if (length >= 0)
		length = address_copy_out(&a, (u32)length, address, length_at);
	file_put(f);
	return length;
}

long sys_getsockname(int fd, uaddr address, uaddr length_at) { return do_getname(fd, address, length_at, false); }
long sys_getpeername(int fd, uaddr address, uaddr length_at) { return do_getname(fd, address, length_at, true); }

long sys_shutdown(int fd, int how)
{
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	int error = -EINVAL;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (how >= SHUT_RD && how <= SHUT_RDWR)
		error = s->ops->shutdown ? s->ops->shutdown(s, how != SHUT_WR, how != SHUT_RD) : -EOPNOTSUPP;
	file_put(f);
	return error;
}

#define OPTION_FAST 64u

long sys_setsockopt(int fd, int level, int option, uaddr at, u32 size)
{
	u8 fast[OPTION_FAST] = { 0 }, *value = fast;
	struct file *f;
	struct socket *s;
	int error;

	if ((int)size < 0)
		return -EINVAL;
	s = socket_get(fd, &f);
	if (IS_ERR(s))
		return PTR_ERR(s);
	size = MIN(size, SOCKET_OPTION_MAX);
	if (size > OPTION_FAST)
		value = kmalloc(size);
	error = !value ? -ENOMEM : copy_from_user(value, at, size);
	if (!error)
		error = socket_setsockopt(s, level, option, value, size);
	if (error == -ENOPROTOOPT)
		report_unimplemented_value("setsockopt", "level << 16 | option", (u64)(u32)level << 16 | (u32)option);
	if (value != fast)
		kfree(value);
	file_put(f);
	return error;
}

long sys_getsockopt(int fd, int level, int option, uaddr at, uaddr size_at)
{
	u8 fast[SOCKET_OPTION_FAST_OUT] = { 0 };
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	u8 *value = fast;
	int size, error;
	u32 given;

	if (IS_ERR(s))
		return PTR_ERR(s);
	error = get_user_object(&size, size_at);
	if (!error && size < 0)
		error = -EINVAL;
	given = MIN((u32)size, SOCKET_OPTION_MAX);
	if (!error && given > sizeof(fast)) {
		value = kzalloc(given);
		error = value ? 0 : -ENOMEM;
	}
	if (!error)
		error = socket_getsockopt(s, level, option, value, &given);
	if (!error && copy_to_user(at, value, given))
		error = -EFAULT;
	/* -ERANGE tells how much room it takes (SO_PEERGROUPS). */
	if ((!error || error == -ERANGE) && put_user_object(size_at, &given))
		error = -EFAULT;
	if (value != fast)
		kfree(value);
	file_put(f);
	return error;
}
