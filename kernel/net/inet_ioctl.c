/*
 * The interface and routing ioctls of netdevice(7), for ifconfig, route and their like. IPv4 alone, as on Linux: IPv6 and several
 * addresses a device are netlink's. Task context.
 */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "net/permission.h"
#include "net/route.h"

#define SIOCADDRT      0x890b
#define SIOCDELRT      0x890c
#define SIOCGIFNAME    0x8910
#define SIOCGIFCONF    0x8912
#define SIOCGIFFLAGS   0x8913
#define SIOCSIFFLAGS   0x8914
#define SIOCGIFADDR    0x8915
#define SIOCSIFADDR    0x8916
#define SIOCGIFBRDADDR 0x8919
#define SIOCGIFNETMASK 0x891b
#define SIOCSIFNETMASK 0x891c
#define SIOCGIFMETRIC  0x891d
#define SIOCGIFMTU     0x8921
#define SIOCSIFMTU     0x8922
#define SIOCSIFHWADDR  0x8924
#define SIOCGIFHWADDR  0x8927
#define SIOCGIFINDEX   0x8933
#define SIOCGIFTXQLEN  0x8942

#define TX_QUEUE_LENGTH 1000
#define RTF_UP      0x1
#define RTF_GATEWAY 0x2
#define RTF_HOST    0x4

struct ifreq {
	char name[NETDEV_NAME];
	union {
		struct sockaddr_in address;
		struct { u16 family; u8 mac[ETHERNET_ALEN]; } hardware;
		i16 flags;
		i32 number;
		u8 bytes[24];
	};
};
_Static_assert(sizeof(struct ifreq) == 40, "netdevice(7)");

struct ifconf {
	i32 length, pad;
	uaddr buffer;
};

struct rtentry {
	u64 pad1;
	struct sockaddr_in destination, gateway, mask;
	u16 flags;
	i16 pad2;
	u64 pad3;
	void *pad4;
	i16 metric;
	i16 pad5[3];
	uaddr device;
	u64 mtu, window;
	u16 irtt;
};
_Static_assert(sizeof(struct rtentry) == 120, "struct rtentry");

struct first_address {
	struct netdev *device;
	struct netdev_address address;
	bool found;
};

static bool take_first(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct first_address *f = arg;

	if (d != f->device || !ip_is_v4(&a->address))
		return true;
	f->address = *a;
	f->found = true;
	return false;
}

static bool first_address(struct netdev *d, struct netdev_address *a)
{
	struct first_address f = { .device = d };

	address_walk(take_first, &f);
	*a = f.address;
	return f.found;
}

static u32 mask_of(unsigned prefix) { return prefix ? be32(UINT32_MAX << (32 - prefix)) : 0; }
static struct sockaddr_in v4(u32 be) { return (struct sockaddr_in) { .family = AF_INET, .address_be = be }; }

/* The prefix of a mask; -EINVAL: ones behind zeros. */
static int prefix_of(u32 mask_be)
{
	u32 mask = be32(mask_be);
	int prefix = mask == UINT32_MAX ? 32 : __builtin_clz(~mask);

	return mask_be == mask_of((unsigned)prefix) ? prefix : -EINVAL;
}

static int get_address(struct netdev *d, unsigned request, struct ifreq *r)
{
	struct netdev_address a;
	u32 be, mask;

	if (!first_address(d, &a))
		return -EADDRNOTAVAIL;
	be = ip4_to_be(&a.address);
	mask = mask_of(a.prefix);
	if (request == SIOCGIFNETMASK)
		be = mask;
	else if (request == SIOCGIFBRDADDR)
		be = d->flags & IFF_BROADCAST ? be | ~mask : 0;
	r->address = v4(be);
	return 0;
}

static int get(struct netdev *d, unsigned request, struct ifreq *r)
{
	switch (request) {
	case SIOCGIFFLAGS:
		r->flags = (i16)d->flags;
		return 0;
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
		return get_address(d, request, r);
	case SIOCGIFMTU:
		r->number = (i32)d->mtu;
		return 0;
	case SIOCGIFMETRIC:
		r->number = 0;
		return 0;
	case SIOCGIFINDEX:
		r->number = (i32)d->index;
		return 0;
	case SIOCGIFTXQLEN:
		r->number = TX_QUEUE_LENGTH;
		return 0;
	case SIOCGIFHWADDR:
		r->hardware.family = d->type;
		memcpy(r->hardware.mac, d->mac, ETHERNET_ALEN);
		return 0;
	default:
		return -ENOTTY;
	}
}

/* The first address is replaced; a mask stays only if the same call's is not given. */
static int set_address(struct netdev *d, u32 be, int prefix)
{
	struct netdev_address a = { .flags = IFA_F_PERMANENT, .preferred_until = TIME_NEVER, .valid_until = TIME_NEVER }, old;

	if (first_address(d, &old))
		(void)address_remove(d, &old.address);
	if (be == 0)
		return 0;
	a.address = ip4_from_be(be);
	a.prefix = (u8)prefix;
	return address_add(d, &a, true);
}

/* The prefix that an address of the old classes has, until somebody says better (Linux's inet_abc_len). */
static int class_prefix(u32 be)
{
	u8 first = (u8)be;

	return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32;
}

static int set(struct netdev *d, unsigned request, const struct ifreq *r)
{
	struct netdev_address a;
	int prefix;

	if (!net_admin())
		return -EPERM;
	switch (request) {
	case SIOCSIFFLAGS:
		return netdev_set_flags(d, (u32)(u16)r->flags);
	case SIOCSIFMTU:
		return netdev_set_mtu(d, r->number < 0 ? 0 : (u32)r->number);
	case SIOCSIFADDR:
		if (r->address.family != AF_INET)
			return -EINVAL;
		return set_address(d, r->address.address_be, class_prefix(r->address.address_be));
	case SIOCSIFNETMASK:
		prefix = prefix_of(r->address.address_be);
		if (prefix < 0)
			return prefix;
		return first_address(d, &a) ? set_address(d, ip4_to_be(&a.address), prefix) : -EADDRNOTAVAIL;
	case SIOCSIFHWADDR:
		if (r->hardware.family != d->type)
			return -EINVAL;
		return netdev_set_mac(d, r->hardware.mac);
	default:
		return -ENOTTY;
	}
}

static long interface(unsigned request, uaddr argument)
{
	bool is_get = request != SIOCSIFFLAGS && request != SIOCSIFADDR && request != SIOCSIFNETMASK && request != SIOCSIFMTU &&
		      request != SIOCSIFHWADDR;
	struct netdev *d;
	struct ifreq r;
	int error;

	if (get_user_object(&r, argument))
		return -EFAULT;
	r.name[NETDEV_NAME - 1] = '\0';
	d = request == SIOCGIFNAME ? netdev_by_index((unsigned)r.number) : netdev_by_name(r.name);
	if (!d)
		return -ENODEV;
	if (!is_get)
		return set(d, request, &r);
	error = 0;
	if (request == SIOCGIFNAME)
		memcpy(r.name, d->name, NETDEV_NAME);
	else
		error = get(d, request, &r);
	return error ? error : put_user_object(argument, &r);
}

/* Every device with an IPv4 address; without a buffer only how long the list is. */
static long list_interfaces(uaddr argument)
{
	struct ifconf c;
	i32 used = 0;

	if (get_user_object(&c, argument))
		return -EFAULT;
	for (unsigned i = 1; i <= netdev_count(); i++) {
		struct netdev_address a;
		struct ifreq r = { 0 };

		if (!first_address(netdev_by_index(i), &a))
			continue;
		memcpy(r.name, netdev_by_index(i)->name, NETDEV_NAME);
		r.address = v4(ip4_to_be(&a.address));
		if (c.buffer.v && used + (i32)sizeof(r) > c.length)
			break;
		if (c.buffer.v && put_user_object(UADDR(c.buffer.v + (u64)used), &r))
			return -EFAULT;
		used += (i32)sizeof(r);
	}
	c.length = used;
	return put_user_object(argument, &c);
}

static long change_route(unsigned request, uaddr argument)
{
	struct route_entry e = { .type = ROUTE_UNICAST, .origin = ROUTE_FROM_BOOT, .valid_until = TIME_NEVER };
	char name[NETDEV_NAME] = { 0 };
	struct rtentry r;
	int prefix;

	if (!net_admin())
		return -EPERM;
	if (get_user_object(&r, argument) ||
	    (r.device.v && copy_string_from_user(name, r.device, sizeof(name)) < 0))
		return -EFAULT;
	if (r.destination.family != AF_INET)
		return -EAFNOSUPPORT;
	prefix = r.flags & RTF_HOST ? 32 : prefix_of(r.mask.address_be);
	if (prefix < 0)
		return prefix;
	e.destination = ip4_from_be(r.destination.address_be);
	e.prefix = (u8)prefix;
	e.source = ip4_from_be(0);
	e.metric = r.metric > 0 ? (u32)r.metric - 1 : 0;
	if (r.flags & RTF_GATEWAY) {
		e.has_gateway = true;
		e.gateway = ip4_from_be(r.gateway.address_be);
	}
	if (name[0]) {
		e.device = netdev_by_name(name);
		if (!e.device)
			return -ENODEV;
	}
	return request == SIOCADDRT ? route_add(&e) : route_remove(&e);
}

long inet_ioctl(struct socket *s, unsigned request, uaddr argument)
{
	switch (request) {
	case SIOCADDRT:
	case SIOCDELRT:
		return change_route(request, argument);
	case SIOCGIFADDR:
	case SIOCSIFADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFNETMASK:
	case SIOCSIFNETMASK:
		return interface(request, argument);
	default:
		return -ENOTTY;
	}
}

long inet_device_ioctl(unsigned request, uaddr argument)
{
	switch (request) {
	case SIOCGIFCONF:
		return list_interfaces(argument);
	case SIOCGIFNAME:
	case SIOCGIFFLAGS:
	case SIOCSIFFLAGS:
	case SIOCGIFMETRIC:
	case SIOCGIFMTU:
	case SIOCSIFMTU:
	case SIOCGIFHWADDR:
	case SIOCSIFHWADDR:
	case SIOCGIFINDEX:
	case SIOCGIFTXQLEN:
		return interface(request, argument);
	default:
		return -ENOTTY;
	}
}
