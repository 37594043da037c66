/*
 * Options of SOL_SOCKET (socket(7)). Each is a word in struct socket_options, stored and read whole; families are told of changes. Task
 * context.
 */
#include "net/socket.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/bpf.h"
#include "net/netdev.h"
#include "net/permission.h"
#include "sched/clock.h"


#define BUFFER_MAX      212992u		/* net.core.rmem_max and wmem_max, before doubling */
#define SEND_BUFFER_MIN 4608u
#define RECEIVE_BUFFER_MIN 2304u

struct timeval64 {
	i64 seconds, microseconds;
};

static u32 clamp_buffer(int value, u32 least, bool force)
{
	u32 asked = value < 0 ? BUFFER_MAX : (u32)value;

	if (!force)
		asked = MIN(asked, BUFFER_MAX);
	asked = MIN(asked, 0x3fffffffu) * 2;
	return asked < least ? least : asked;
}

static int set_timeout(u64 *to, const void *value, u32 size)
{
	struct timeval64 t;

	if (size < sizeof(t))
		return -EINVAL;
	memcpy(&t, value, sizeof(t));
	if (t.microseconds < 0 || t.microseconds >= 1000000)
		return -EDOM;
	if (t.seconds < 0)
		*to = 0;
	else if ((t.seconds == 0 && t.microseconds == 0) || t.seconds >= (i64)(UINT64_MAX / NS_PER_SEC / 4))
		*to = TIME_NEVER;
	else
		*to = (u64)t.seconds * NS_PER_SEC + (u64)t.microseconds * 1000;
	return 0;
}

static int set_linger(struct socket_options *o, const void *value, u32 size)
{
	struct linger l;

	if (size < sizeof(l))
		return -EINVAL;
	memcpy(&l, value, sizeof(l));
	o->linger = !l.onoff ? -1 : l.seconds < 0 ? INT32_MAX : l.seconds;
	return 0;
}

/* By name, or the empty string: any. */
static int set_device(struct socket_options *o, const void *value, u32 size)
{
	char name[NETDEV_NAME] = { 0 };
	struct netdev *d;

	memcpy(name, value, MIN(size, (u32)sizeof(name) - 1));
	d = netdev_by_name(name);
	if (name[0] && !d)
		return -ENODEV;
	if (o->device && !net_raw())
		return -EPERM;
	o->device = d ? d->index : 0;
	return 0;
}

static bool *flag_of(struct socket_options *o, int option)
{
	switch (option) {
	case SO_REUSEADDR:
		return &o->reuse_address;
	case SO_REUSEPORT:
		return &o->reuse_port;
	case SO_KEEPALIVE:
		return &o->keepalive;
	case SO_OOBINLINE:
		return &o->oob_inline;
	case SO_BROADCAST:
		return &o->broadcast;
	case SO_DONTROUTE:
		return &o->dont_route;
	case SO_PASSCRED:
		return &o->pass_credentials;
	case SO_TIMESTAMP:
		return &o->timestamp;
	case SO_TIMESTAMPNS:
		return &o->timestamp_ns;
	case SO_NO_CHECK:
		return &o->no_check;
	case SO_ZEROCOPY:
		return &o->zerocopy;
	case SO_RXQ_OVFL:
		return &o->rxq_overflow;
	default:
		return NULL;
	}
}

static int set_number(struct socket_options *o, int option, int value)
{
	switch (option) {
	case SO_BSDCOMPAT:
		return 0;	/* as Linux since 2.2: a program that sets it gets what it asks for anyway */
	case SO_SNDBUF:
		o->send_buffer = clamp_buffer(value, SEND_BUFFER_MIN, false);
		return 0;
	case SO_RCVBUF:
		o->receive_buffer = clamp_buffer(value, RECEIVE_BUFFER_MIN, false);
		return 0;
	case SO_SNDBUFFORCE:
	case SO_RCVBUFFORCE:
		if (!net_admin())
			return -EPERM;
		if (option == SO_SNDBUFFORCE)
			o->send_buffer = clamp_buffer(value, SEND_BUFFER_MIN, true);
		else
			o->receive_buffer = clamp_buffer(value, RECEIVE_BUFFER_MIN, true);
		return 0;
	case SO_RCVLOWAT:
		o->receive_low = value < 0 ? INT32_MAX : value == 0 ? 1 : (u32)value;
		return 0;
	case SO_PRIORITY:
		if ((value < 0 || value > 6) && !net_admin())
			return -EPERM;
		o->priority = (u32)value;
		return 0;
	case SO_MARK:
		if (!net_admin())
			return -EPERM;
		o->mark = (u32)value;
		return 0;
	case SO_BUSY_POLL:
		if (value < 0)
			return -EINVAL;
		o->busy_poll = (u32)value;
		return 0;
	case SO_BINDTOIFINDEX:
		if (value < 0)
			return -EINVAL;
		if (o->device && !net_raw())
			return -EPERM;
		o->device = (u32)value;
		return 0;
	case SO_DEBUG:
		return value && !net_admin() ? -EACCES : value ? -EINVAL : 0;
	case SO_TYPE:
	case SO_ERROR:
	case SO_PROTOCOL:
	case SO_DOMAIN:
	case SO_ACCEPTCONN:
	case SO_SNDLOWAT:
	case SO_COOKIE:
		return -ENOPROTOOPT;
	default:
		return -ENOPROTOOPT;
	}
}

static int attach_filter(struct socket *s, const void *value, u32 size)
{
	struct bpf_program *b;
	int error;

	if (!s->ops->set_filter)
		return -ENOPROTOOPT;
	b = bpf_create(value, size);
	if (IS_ERR(b))
		return (int)PTR_ERR(b);
	error = s->ops->set_filter(s, b);
	if (error)
		bpf_free(b);
	return error;
}

static int set_socket_level(struct socket *s, int option, const void *value, u32 size)
{
	struct socket_options *o = &s->options;
	bool *flag = flag_of(o, option);
	int number;

	switch (option) {
	case SO_BINDTODEVICE:
		return set_device(o, value, size);
	case SO_ATTACH_FILTER:
		return attach_filter(s, value, size);
	case SO_DETACH_FILTER:
		return s->ops->set_filter ? s->ops->set_filter(s, NULL) : -ENOPROTOOPT;
	case SO_LINGER:
		return set_linger(o, value, size);
	case SO_RCVTIMEO:
		return set_timeout(&o->receive_timeout, value, size);
	case SO_SNDTIMEO:
		return set_timeout(&o->send_timeout, value, size);
	default:
		break;
	}
	if (size < sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	if (!flag)
		return set_number(o, option, number);
	if (option == SO_ZEROCOPY && s->family != AF_INET && s->family != AF_INET6)
		return -EOPNOTSUPP;
	if (option == SO_ZEROCOPY && (number < 0 || number > 1))
		return -EINVAL;
	*flag = number != 0;
	return 0;
}

int socket_setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	int error;

	if (level != SOL_SOCKET)
		return s->ops->setsockopt ? s->ops->setsockopt(s, level, option, value, size) : -ENOPROTOOPT;
	error = set_socket_level(s, option, value, size);
	if (error == -ENOPROTOOPT && s->ops->setsockopt)
		return s->ops->setsockopt(s, level, option, value, size);
	if (!error && s->ops->option_changed)
		s->ops->option_changed(s, option);
	return error;
}

static int give(void *value, u32 *size, const void *from, u32 n)
{
	*size = MIN(*size, n);
	memcpy(value, from, *size);
	return 0;
}

static int give_timeout(void *value, u32 *size, u64 ns)
{
	struct timeval64 t = { 0, 0 };

	if (ns != TIME_NEVER)
		t = (struct timeval64) { (i64)(ns / NS_PER_SEC), (i64)(ns % NS_PER_SEC / 1000) };
	return give(value, size, &t, sizeof(t));
}

static int give_peer(struct socket *s, void *value, u32 *size)
{
	struct ucred u = { 0, UINT32_MAX, UINT32_MAX };

	if (s->ops->peer_credentials) {
		int error = s->ops->peer_credentials(s, &u);

		if (error)
			return error;
	}
	return give(value, size, &u, sizeof(u));
}

static int give_device(struct socket *s, void *value, u32 *size)
{
	struct netdev *d = netdev_by_index(s->options.device);

	if (!d) {
		*size = 0;
		return 0;
	}
	return *size < NETDEV_NAME ? -EINVAL : give(value, size, d->name, (u32)strlen(d->name) + 1);
}

/* Options that are one int; -ENOPROTOOPT: it is none. */
static int number_of(struct socket *s, int option, int *number)
{
	const struct socket_options *o = &s->options;
	const bool *flag = flag_of(&s->options, option);

	if (flag) {
		*number = *flag;
		return 0;
	}
	switch (option) {
	case SO_TYPE:
		*number = s->type;
		return 0;
	case SO_DOMAIN:
		*number = s->family;
		return 0;
	case SO_PROTOCOL:
		*number = s->protocol;
		return 0;
	case SO_ERROR:
		*number = s->ops->take_error ? s->ops->take_error(s) : 0;
		return 0;
	case SO_ACCEPTCONN:
		*number = s->listening;
		return 0;
	case SO_SNDBUF:
		*number = (int)o->send_buffer;
		return 0;
	case SO_RCVBUF:
		*number = (int)o->receive_buffer;
		return 0;
	case SO_RCVLOWAT:
		*number = (int)o->receive_low;
		return 0;
	case SO_SNDLOWAT:
		*number = 1;
		return 0;
	case SO_PRIORITY:
		*number = (int)o->priority;
		return 0;
	case SO_MARK:
		*number = (int)o->mark;
		return 0;
	case SO_BUSY_POLL:
		*number = (int)o->busy_poll;
		return 0;
	case SO_BINDTOIFINDEX:
		*number = (int)o->device;
		return 0;
	case SO_INCOMING_CPU:
		*number = (int)arch_cpu_id();
		return 0;
	case SO_DEBUG:
	case SO_BSDCOMPAT:
		*number = 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int socket_getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct linger l = { s->options.linger >= 0, s->options.linger >= 0 ? s->options.linger : 0 };
	int number, error;

	if (level != SOL_SOCKET)
		return s->ops->getsockopt ? s->ops->getsockopt(s, level, option, value, size) : -ENOPROTOOPT;
	switch (option) {
	case SO_LINGER:
		return give(value, size, &l, sizeof(l));
	case SO_RCVTIMEO:
		return give_timeout(value, size, s->options.receive_timeout);
	case SO_SNDTIMEO:
		return give_timeout(value, size, s->options.send_timeout);
	case SO_PEERCRED:
		return give_peer(s, value, size);
	case SO_BINDTODEVICE:
		return give_device(s, value, size);
	case SO_COOKIE:
		return *size < 8 ? -EINVAL : give(value, size, &s->cookie, 8);
	default:
		error = number_of(s, option, &number);
		if (error == -ENOPROTOOPT && s->ops->getsockopt) {
			error = s->ops->getsockopt(s, level, option, value, size);
			return error == -EOPNOTSUPP ? -ENOPROTOOPT : error;	/* a family that has nothing at this level */
		}
		return error ? error : give(value, size, &number, sizeof(number));
	}
}
