/* What a lease changes on this machine: the device's address and mask, routes, /etc/resolv.conf, the host's name. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/route.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp.h"

#define NAMES      "/etc/resolv.conf"
#define NAMES_NEW  "/etc/resolv.conf.new"
#define HOST_FILE  "/etc/hostname"
#define UNNAMED    "astra"
#define MARK       "# Written by dhcp; a file without this line is left alone.\n"
#define LEAST_MTU  576
#define MOST_MTU   1500

/* One ioctl on a socket of its own. */
static int request(unsigned long number, void *argument)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result, error;

	if (fd < 0)
		return -1;
	result = ioctl(fd, number, argument);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static struct ifreq about(const char *name)
{
	struct ifreq r = { 0 };

	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	return r;
}

static struct sockaddr as_sockaddr(struct in_addr address)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = address };
	struct sockaddr any;

	memcpy(&any, &in, sizeof(any));
	return any;
}

int device_up(const char *name, uint8_t mac[6])
{
	struct ifreq r = about(name);

	if (request(SIOCGIFHWADDR, &r) < 0)
		return -1;
	memcpy(mac, r.ifr_hwaddr.sa_data, 6);
	r = about(name);
	if (request(SIOCGIFFLAGS, &r) < 0)
		return -1;
	if (r.ifr_flags & IFF_UP)
		return 0;
	r.ifr_flags |= IFF_UP;
	return request(SIOCSIFFLAGS, &r);
}

int open_client(const char *name)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(CLIENT_PORT) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 && bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static int change_route(const char *name, const struct dhcp_route *route, unsigned long number)
{
	char device[IF_NAMESIZE];
	struct rtentry entry = {
		.rt_dst = as_sockaddr(route->network), .rt_genmask = as_sockaddr(route->mask), .rt_gateway = as_sockaddr(route->gateway),
		.rt_flags = RTF_UP | (route->gateway.s_addr ? RTF_GATEWAY : 0), .rt_dev = device,
	};

	strlcpy(device, name, sizeof(device));
	return request(number, &entry);
}

/* Ours, or none: what somebody else wrote stays. */
static bool may_write_names(void)
{
	FILE *file = fopen(NAMES, "re");
	char line[128];
	bool ours;

	if (!file)
		return errno == ENOENT;
	ours = fgets(line, sizeof(line), file) && !strcmp(line, MARK);
	fclose(file);
	return ours;
}

static int write_names(const struct lease *lease)
{
	char text[INET_ADDRSTRLEN];
	FILE *file;

	if (!lease->servers || !may_write_names())
		return 0;
	file = fopen(NAMES_NEW, "we");
	if (!file)
		return -1;
	fputs(MARK, file);
	if (lease->domain[0])
		fprintf(file, "search %s\n", lease->domain);
	for (unsigned i = 0; i < lease->servers; i++)
		fprintf(file, "nameserver %s\n", inet_ntop(AF_INET, &lease->dns[i], text, sizeof(text)));
	if (fclose(file) < 0 || rename(NAMES_NEW, NAMES) < 0) {
		unlink(NAMES_NEW);
		return -1;
	}
	return 0;
}

/* A machine that nobody named takes the server's name; uname reads it from the file. */
static int write_host(const struct lease *lease)
{
	char host[HOST_MAX];
	FILE *file;

	if (!lease->host[0] || gethostname(host, sizeof(host)) < 0 || strcmp(host, UNNAMED))
		return 0;
	file = fopen(HOST_FILE, "we");
	if (!file)
		return -1;
	fprintf(file, "%s\n", lease->host);
	return fclose(file);
}

static int set_address(const char *name, const struct lease *lease)
{
	struct ifreq address = about(name), mask = about(name), mtu = about(name);

	address.ifr_addr = as_sockaddr(lease->address);
	mask.ifr_netmask = as_sockaddr(lease->mask);
	mtu.ifr_mtu = lease->mtu;
	if (lease->mtu >= LEAST_MTU && lease->mtu <= MOST_MTU && request(SIOCSIFMTU, &mtu) < 0)
		return -1;
	if (request(SIOCSIFADDR, &address) < 0)
		return -1;
	return lease->mask.s_addr ? request(SIOCSIFNETMASK, &mask) : 0;
}

int set_lease(const char *name, const struct lease *lease)
{
	if (set_address(name, lease) < 0)
		return -1;
	for (unsigned i = 0; i < lease->routes; i++) {
		if (change_route(name, &lease->route[i], SIOCADDRT) < 0 && errno != EEXIST)
			return -1;
	}
	return write_host(lease) < 0 ? -1 : write_names(lease);
}

void drop_lease(const char *name, const struct lease *lease)
{
	struct ifreq none = about(name);

	for (unsigned i = 0; i < lease->routes; i++)
		change_route(name, &lease->route[i], SIOCDELRT);
	none.ifr_addr = as_sockaddr((struct in_addr){ 0 });
	request(SIOCSIFADDR, &none);
}
