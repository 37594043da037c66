/*
 * Sockets as files: making them, and the file operations over a family's. See socket.h; no lock of its own.
 */
#include "net/socket.h"

#include "fs/async.h"
#include "lib/atomic.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/families.h"
#include "net/inet.h"
#include "sched/process.h"
#include "sched/task.h"

#define FIOSETOWN 0x8901
#define SIOCSPGRP 0x8902
#define FIOGETOWN 0x8903
#define SIOCGPGRP 0x8904

#define BUFFER_DEFAULT 212992u		/* net.core.rmem_default and wmem_default */

static struct filesystem sock_fs = { .type = "sockfs", .magic = SOCKFS_MAGIC, .device = 5 };
static struct slab_cache *socket_cache;
static atomic64 cookies = ATOMIC(0);
static atomic32 alive = ATOMIC(0);

static const struct inode_ops socket_inode_ops = { 0 };
static const struct file_ops socket_file_ops;

static const struct socket_family families[] = {
	{ AF_UNIX, unix_create },
	{ AF_INET, inet_create },
	{ AF_INET6, inet_create },
	{ AF_NETLINK, netlink_create },
	{ AF_PACKET, packet_create },
};

void socket_init(void)
{
	socket_cache = slab_cache_create("socket", sizeof(struct socket), 64);
}

struct socket *socket_of(struct file *f)
{
	return f->ops == &socket_file_ops ? f->data : NULL;
}

void socket_default_options(struct socket *s)
{
	s->options = (struct socket_options) {
		.send_buffer = BUFFER_DEFAULT, .receive_buffer = BUFFER_DEFAULT, .receive_low = 1, .linger = -1,
		.receive_timeout = TIME_NEVER, .send_timeout = TIME_NEVER, .max_pacing_rate = UINT64_MAX,
	};
}

static struct socket *alloc_socket(int family, int type, int protocol)
{
	struct socket *s = slab_zalloc(socket_cache);

	if (!s)
		return NULL;
	s->family = (u16)family;
	s->type = (u16)type;
	s->protocol = (u16)protocol;
	mutex_init(&s->send_order, "socket send", RANK_OBJECT);
	mutex_init(&s->receive_order, "socket receive", RANK_OBJECT);
	socket_default_options(s);
	s->cookie = (u64)atomic_add(&cookies, 1);
	atomic_inc(&alive);
	return s;
}

static void free_socket(struct socket *s)
{
	atomic_dec(&alive);
	slab_free(socket_cache, s);
}

unsigned socket_count(void) { return (unsigned)atomic_read(&alive); }

/* The file around a socket, which it owns from here on; on failure the socket is freed. */
static struct file *wrap(struct socket *s, u32 flags)
{
	struct inode *inode = inode_alloc(&sock_fs, S_IFSOCK | 0777, &socket_inode_ops, &socket_file_ops);
	struct file *f;

	if (!inode) {
		free_socket(s);
		return ERR_PTR(-ENOMEM);
	}
	inode->uid = current->cred->fsuid;
	inode->gid = current->cred->fsgid;
	inode->data = s;
	s->inode = inode;
	f = file_open_inode(inode, NULL, O_RDWR | (flags & O_NONBLOCK));
	if (IS_ERR(f)) {
		inode_put(inode);
		free_socket(s);
		return f;
	}
	return f;
}

struct file *socket_create_like(const struct socket *s, u32 flags)
{
	struct socket *new = alloc_socket(s->family, s->type, s->protocol);

	if (!new)
		return ERR_PTR(-ENOMEM);
	new->options = s->options;
	return wrap(new, flags);
}

struct file *socket_create(int family, int type, int protocol, u32 flags)
{
	const struct socket_family *fam = NULL;
	struct socket *s;
	struct file *f;
	int error;

	if (family < 0 || family >= AF_MAX)
		return ERR_PTR(-EAFNOSUPPORT);
	if (type < 0 || type > 10)
		return ERR_PTR(-EINVAL);
	for (unsigned i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].family == family)
			fam = &families[i];
	if (!fam)
		return ERR_PTR(-EAFNOSUPPORT);
	s = alloc_socket(family, type, protocol);
	if (!s)
		return ERR_PTR(-ENOMEM);
	f = wrap(s, flags);
	if (IS_ERR(f))
		return f;
	error = fam->create(s);
	if (error) {
		s->ops = NULL;
		file_put(f);
		return ERR_PTR(error);
	}
	return f;
}

/* The inode hands the socket to its one file; who comes later, by /proc/PID/fd, is refused as by Linux. */
static int socket_open(struct inode *inode, struct file *f)
{
	f->data = inode->data;
	inode->data = NULL;
	return f->data ? 0 : -ENXIO;
}

static void socket_release(struct file *f)
{
	struct socket *s = f->data;

	if (s->ops && s->data)
		s->ops->release(s);
	free_socket(s);
}

ssize_t socket_send(struct socket *s, struct message *m)
{
	ssize_t n = s->ops->send ? s->ops->send(s, m) : -EOPNOTSUPP;

	if (n == -EPIPE && !(m->flags & MSG_NOSIGNAL) && s->ops->is_stream)
		file_raise_signal(SIGPIPE);
	return n;
}

ssize_t socket_send_page(struct socket *s, struct page *page, u32 offset, u32 length, unsigned flags)
{
	ssize_t n = s->ops->send_page(s, page, offset, length, flags);

	if (n == -EPIPE && !(flags & MSG_NOSIGNAL))
		file_raise_signal(SIGPIPE);
	return n;
}

ssize_t socket_receive(struct socket *s, struct message *m)
{
	return s->ops->receive ? s->ops->receive(s, m) : -EOPNOTSUPP;
}

static ssize_t socket_read(struct file *f, struct uio *u, u64 *pos)
{
	struct message m = { .data = u, .flags = dont_wait(f, u) ? MSG_DONTWAIT : 0 };

	return u->left == 0 ? 0 : socket_receive(f->data, &m);	/* as Linux: no datagram is taken */
}

static ssize_t socket_write(struct file *f, struct uio *u, u64 *pos)
{
	struct message m = { .data = u, .flags = dont_wait(f, u) ? MSG_DONTWAIT : 0 };

	return socket_send(f->data, &m);
}

static unsigned socket_poll(struct file *f, struct poll_table *t)
{
	struct socket *s = f->data;

	return s->ops->poll(s, t);
}

/* Who gets SIGURG and SIGIO, as F_SETOWN and F_GETOWN say it: a negative number is a process group. -ENOTTY: something else. */
static long ioctl_owner(struct file *f, unsigned request, uaddr argument)
{
	struct file_owner owner;
	i32 id;

	switch (request) {
	case FIOSETOWN:
	case SIOCSPGRP:
		if (get_user_object(&id, argument))
			return -EFAULT;
		if (id == INT32_MIN)
			return -EINVAL;
		owner = (struct file_owner) { id < 0 ? FILE_OWNER_PGRP : FILE_OWNER_PID, id < 0 ? -id : id };
		return file_set_owner(f, owner);
	case FIOGETOWN:
	case SIOCGPGRP:
		owner = file_get_owner(f);
		id = owner.type == FILE_OWNER_PGRP ? -owner.id : owner.id;
		return put_user_object(argument, &id);
	default:
		return -ENOTTY;
	}
}

static long socket_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct socket *s = f->data;

	long result = ioctl_owner(f, request, UADDR(argument));

	if (result == -ENOTTY && s->ops->ioctl)
		result = s->ops->ioctl(s, request, UADDR(argument));
	return result == -ENOTTY ? inet_device_ioctl(request, UADDR(argument)) : result;
}

static const struct file_ops socket_file_ops = {
	.open = socket_open,
	.read = socket_read,
	.write = socket_write,
	.poll = socket_poll,
	.ioctl = socket_ioctl,
	.release = socket_release,
	.knows_nowait = true,
};

u64 socket_deadline(u64 timeout)
{
	return timeout == TIME_NEVER ? TIME_NEVER : clock_now() + timeout;
}

int socket_wait_result(int result, u64 end)
{
	if (result == -ETIMEDOUT)
		return -EAGAIN;
	if (result == -ERESTARTSYS && end != TIME_NEVER)
		return -EINTR;
	return result;
}

int control_put(struct control_sink *sink, int level, int type, const void *data, u32 size)
{
	struct cmsghdr h = { .length = sizeof(h) + size, .level = level, .type = type };
	u64 left = sink->room - sink->used;
	uaddr at = UADDR(sink->at.v + sink->used);

	if (left < sizeof(h)) {
		sink->truncated = true;
		return 0;
	}
	if (h.length > left) {
		sink->truncated = true;
		h.length = left;
	}
	if (put_user_object(at, &h) || copy_to_user(UADDR(at.v + sizeof(h)), data, h.length - sizeof(h)))
		return -EFAULT;
	sink->used += MIN(CMSG_ALIGN(h.length), left);
	return 0;
}

const struct cmsghdr *control_next(const struct message *m, u64 *at)
{
	const struct cmsghdr *h = (const struct cmsghdr *)(m->control + *at);

	if (*at + sizeof(*h) > m->control_length)
		return NULL;
	*at += CMSG_ALIGN(h->length);
	return h;
}
