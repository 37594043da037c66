/*
 * sendto, recvfrom, sendmsg, recvmsg, sendmmsg, recvmmsg: the caller's message made into a struct message and back. Task context; no
 * lock.
 */
#include "net/socket.h"

#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/task.h"
#include "sys/socket_import.h"
#include "sys/timeout.h"
#include "sys/uio_import.h"

#define CONTROL_MAX 20480u		/* net.core.optmem_max of our size */
#define MMSG_MAX    1024u		/* UIO_MAXIOV: more messages are cut to this */

static unsigned with_nonblock(const struct file *f, int flags)
{
	return (unsigned)flags | (f->flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
}

long sys_sendto(int fd, uaddr buffer, u64 size, int flags, uaddr address, u32 length)
{
	struct socket_address a;
	struct iovec one;
	struct uio u;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	struct message m = { .data = &u };
	ssize_t n = 0;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (!user_range_ok(buffer, size))
		n = -EFAULT;
	if (!n && address.v) {
		n = address_copy_in(&a, address, length);
		m.address = &a;
		m.address_length = length;
	}
	if (!n) {
		uio_init_user(&u, &one, buffer, MIN(size, IO_MAX));
		m.flags = with_nonblock(f, flags);
		n = socket_send(s, &m);
	}
	file_put(f);
	return n;
}

long sys_recvfrom(int fd, uaddr buffer, u64 size, int flags, uaddr address, uaddr length_at)
{
	struct socket_address a = { 0 };
	struct iovec one;
	struct uio u;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	struct message m = { .data = &u, .address = address.v ? &a : NULL };
	ssize_t n = -EFAULT;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (user_range_ok(buffer, size)) {
		uio_init_user(&u, &one, buffer, MIN(size, IO_MAX));
		m.flags = with_nonblock(f, flags);
		n = socket_receive(s, &m);
	}
	file_put(f);
	if (n >= 0 && address.v) {
		int error = address_copy_out(&a, m.address_length, address, length_at);

		if (error)
			n = error;
	}
	return n;
}

/* What a struct msghdr makes of the caller's memory. */
struct imported {
	struct msghdr h;
	struct socket_address address;
	struct iov_copy vectors;
	struct uio u;
	u8 *control;
	struct control_sink sink;
	struct message m;
};

static int import_vectors(struct imported *i)
{
	if (i->h.iov_count > IOV_MAX)
		return -EMSGSIZE;
	return iov_copy_in(&i->vectors, &i->u, i->h.iov, (int)i->h.iov_count);
}

/* Every header inside, every length at least a header's. */
static int check_control(const u8 *control, u64 size)
{
	for (u64 at = 0; at + sizeof(struct cmsghdr) <= size;) {
		const struct cmsghdr *h = (const struct cmsghdr *)(control + at);

		if (h->length < sizeof(*h) || h->length > size - at)
			return -EINVAL;
		at += CMSG_ALIGN(h->length);
	}
	return 0;
}

static int import_control(struct imported *i)
{
	int error;

	i->control = NULL;
	if (!i->h.control_length)
		return 0;
	if (i->h.control_length > CONTROL_MAX)
		return -ENOBUFS;
	i->control = kmalloc(i->h.control_length);
	if (!i->control)
		return -ENOMEM;
	error = copy_from_user(i->control, i->h.control, i->h.control_length);
	if (!error)
		error = check_control(i->control, i->h.control_length);
	if (error)
		kfree(i->control);
	i->m.control = i->control;
	i->m.control_length = i->h.control_length;
	return error;
}

static ssize_t send_one(struct socket *s, struct file *f, struct imported *i, uaddr header, int flags)
{
	ssize_t n;

	i->m = (struct message) { .data = &i->u, .flags = with_nonblock(f, flags) };
	if (get_user_object(&i->h, header))
		return -EFAULT;
	if (i->h.name.v && i->h.name_length) {
		n = address_copy_in(&i->address, i->h.name, MIN(i->h.name_length, (u32)sizeof(i->address)));
		if (n)
			return n;
		i->m.address = &i->address;
		i->m.address_length = i->h.name_length;
	}
	n = import_vectors(i);
	if (n)
		return n;
	n = import_control(i);
	if (!n) {
		n = socket_send(s, &i->m);
		kfree(i->control);
	}
	iov_copy_free(&i->vectors);
	return n;
}

/* Back into the caller's header: the address and its length, the control messages' length, the flags. */
static int export_header(struct imported *i, uaddr header, int flags)
{
	struct message *m = &i->m;
	u32 out = m->result_flags | (i->sink.truncated ? MSG_CTRUNC : 0) | ((u32)flags & MSG_CMSG_CLOEXEC);

	if (i->h.name.v) {
		if (copy_to_user(i->h.name, &i->address, MIN(i->h.name_length, m->address_length)) ||
		    put_user_object(UADDR(header.v + offsetof(struct msghdr, name_length)), &m->address_length))
			return -EFAULT;
	}
	if (put_user_object(UADDR(header.v + offsetof(struct msghdr, control_length)), &i->sink.used) ||
	    put_user_object(UADDR(header.v + offsetof(struct msghdr, flags)), &out))
		return -EFAULT;
	return 0;
}

static ssize_t receive_one(struct socket *s, struct file *f, struct imported *i, uaddr header, int flags)
{
	ssize_t n;
	int error;

	memset(&i->address, 0, sizeof(i->address));
	if (get_user_object(&i->h, header))
		return -EFAULT;
	if (i->h.name.v && (int)i->h.name_length < 0)
		return -EINVAL;
	error = import_vectors(i);
	if (error)
		return error;
	i->sink = (struct control_sink) { .at = i->h.control, .room = i->h.control.v ? i->h.control_length : 0 };
	i->m = (struct message) {
		.data = &i->u, .flags = with_nonblock(f, flags), .sink = &i->sink, .address = i->h.name.v ? &i->address : NULL,
	};
	n = socket_receive(s, &i->m);
	iov_copy_free(&i->vectors);
	if (n >= 0) {
		error = export_header(i, header, flags);
		if (error)
			return error;
	}
	return n;
}

typedef ssize_t (*one_fn)(struct socket *s, struct file *f, struct imported *i, uaddr header, int flags);

static long do_message(int fd, uaddr header, int flags, one_fn fn)
{
	struct imported i;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	ssize_t n;

	if (IS_ERR(s))
		return PTR_ERR(s);
	n = fn(s, f, &i, header, flags);
	file_put(f);
	return n;
}

long sys_sendmsg(int fd, uaddr header, int flags) { return do_message(fd, header, flags, send_one); }
long sys_recvmsg(int fd, uaddr header, int flags) { return do_message(fd, header, flags, receive_one); }

/* Up to `count` messages; an error behind the first ends the call with what was done. */
static long do_messages(int fd, uaddr headers, u32 count, int flags, u64 deadline, one_fn fn)
{
	struct imported i;
	struct file *f;
	struct socket *s = socket_get(fd, &f);
	ssize_t n = 0;
	u32 done;

	if (IS_ERR(s))
		return PTR_ERR(s);
	count = MIN(count, MMSG_MAX);
	for (done = 0; done < count; done++) {
		uaddr at = UADDR(headers.v + done * sizeof(struct mmsghdr));
		u32 length;

		n = fn(s, f, &i, at, flags);
		if (n < 0)
			break;
		length = (u32)n;
		n = put_user_object(UADDR(at.v + offsetof(struct mmsghdr, length)), &length);
		if (n < 0)
			break;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		if (clock_now() >= deadline) {
			done++;
			break;
		}
		preempt_point();
	}
	file_put(f);
	return done ? (long)done : n;
}

long sys_sendmmsg(int fd, uaddr headers, u32 count, int flags)
{
	return do_messages(fd, headers, count, flags, TIME_NEVER, send_one);
}

long sys_recvmmsg(int fd, uaddr headers, u32 count, int flags, uaddr timeout)
{
	struct timeout t = { TIME_NEVER };
	int error = timeout.v ? timeout_from_timespec(&t, timeout) : 0;
	long done;

	if (error)
		return error;
	done = do_messages(fd, headers, count, flags, t.deadline, receive_one);
	return timeout.v ? timeout_put_timespec(&t, timeout, done) : done;
}
